import { useCallback } from 'react';
import { useFullScreenElement } from '../../ui/use-full-screen-element';
import { useShortcuts } from '../../ui/use-shortcuts';

export type FullScreen = { readonly on: boolean; readonly toggle: () => void };

/**
 * Shows the whole player in full screen, with its controls, menus and captions. `inside` is any element of it. Esc
 * leaves: most browsers do that by themselves, but not those that hand the key to the page.
 */
export function useFullScreen(inside: { readonly current: Element | null }): FullScreen {
  const on = useFullScreenElement() !== null;
  const toggle = useCallback(() => {
    if (document.fullscreenElement) return void document.exitFullscreen();
    const player = inside.current?.closest('.player');
    // Refused without a gesture: nothing to report.
    player?.requestFullscreen?.().catch(() => {});
  }, [inside]);
  useShortcuts(on ? { Escape: toggle } : {});
  return { on, toggle };
}
