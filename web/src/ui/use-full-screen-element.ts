import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

/** What fills the screen; null: nothing does. Browsers without full screen lack the property. */
export const useFullScreenElement = (): Element | null =>
  useSyncExternalStore(subscribe, () => document.fullscreenElement ?? null);
