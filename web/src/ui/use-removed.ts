import { useSyncExternalStore } from 'react';
import { removals } from './removals';

/** The keys that are hidden because Undo is still offered or the server has not removed them yet. */
export const useRemoved = (): ReadonlySet<string> =>
  useSyncExternalStore(removals.subscribe, removals.snapshot);
