import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

/** How long a page may take to show its heading before focus is left where it is. */
const kHeadingWaitMs = 3_000;
const kMenuCloseMs = 150;

/** Moves focus to the h1 after a change of the path and puts it in the window's title. */
export function useRouteFocus(enabled: boolean): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const firstPath = useRef<string | null>(path);
  useEffect(() => {
    const isFirst = firstPath.current === path;
    firstPath.current = null;
    let focused = isFirst || !enabled;
    const settle = () => {
      const heading = document.querySelector<HTMLElement>('#main h1');
      if (!heading) return;
      document.title = `${heading.textContent} · Reprise`;
      if (focused) return;
      focused = true;
      heading.focus({ preventScroll: true });
    };
    settle();
    const observer = new MutationObserver(settle);
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    // A menu that closes gives focus back to a button that is gone by then.
    const again = setTimeout(() => {
      if (focused && !isFirst && enabled && document.activeElement === document.body) {
        document.querySelector<HTMLElement>('#main h1')?.focus({ preventScroll: true });
      }
    }, kMenuCloseMs);
    const giveUp = setTimeout(() => {
      focused = true;
    }, kHeadingWaitMs);
    return () => {
      observer.disconnect();
      clearTimeout(again);
      clearTimeout(giveUp);
    };
  }, [path, enabled]);
}
