import { useEffect, useRef } from 'react';
import { useAddress } from '../ui/router/use-address';

/** How long a page may take to show its heading. After that the focus stays where it is. */
const kHeadingWaitMs = 3_000;
const kMenuCloseMs = 150;

/**
 * Moves the focus to the h1 after a change of the path, and copies its text into the window's title. With `enabled`
 * false the page sets the focus itself, for example to Play session after hanging up.
 */
export function useRouteFocus(enabled: boolean): void {
  const path = useAddress((address) => address.path);
  const handled = useRef(path);
  const wanted = useRef(enabled);
  wanted.current = enabled;
  useEffect(() => {
    let waiting = handled.current !== path && wanted.current;
    const moved = waiting;
    handled.current = path;
    const heading = () => document.querySelector<HTMLElement>('#main h1');
    const settle = () => {
      const found = heading();
      if (!found) return;
      document.title = `${found.textContent} · Reprise`;
      if (!waiting) return;
      waiting = false;
      found.focus({ preventScroll: true });
    };
    settle();
    const observer = new MutationObserver(settle);
    const page = document.getElementById('main') ?? document.body;
    observer.observe(page, { childList: true, subtree: true, characterData: true });
    // A menu that closes returns the focus to its button, which may be gone by then.
    const again = setTimeout(() => {
      if (moved && !waiting && document.activeElement === document.body) heading()?.focus();
    }, kMenuCloseMs);
    const giveUp = setTimeout(() => {
      waiting = false;
    }, kHeadingWaitMs);
    return () => {
      observer.disconnect();
      clearTimeout(again);
      clearTimeout(giveUp);
    };
  }, [path]);
}
