import { useSyncExternalStore } from 'react';
import { removals } from './removals';

/** The keys that are hidden because Undo is still offered, or because the server has removed them. */
export const useRemoved = (): ReadonlySet<string> =>
  useSyncExternalStore(removals.subscribe, removals.snapshot);
