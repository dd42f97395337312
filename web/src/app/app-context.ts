import { createContext, useContext } from 'react';
import type { LiveEngine } from '../features/live/live-engine-type';

type AppContext = {
  readonly engine: LiveEngine;
  readonly appVersion: string;
  /** Opens the search over everything. */
  readonly search: () => void;
};

/** What pages need from the app itself. */
export const AppContext = createContext<AppContext | null>(null);

export function useAppContext(): AppContext {
  const context = useContext(AppContext);
  if (!context) throw new Error('outside of the app');
  return context;
}
