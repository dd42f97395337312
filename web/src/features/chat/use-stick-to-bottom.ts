import { type RefObject, useEffect } from 'react';

/** At this distance from the end the view counts as being at the end. */
const kSlackPx = 32;

/** Opens a scrolling box at its end and follows it while it grows, unless the reader has scrolled up, while `on`. */
export function useStickToBottom(box: RefObject<HTMLElement | null>, on: boolean): void {
  useEffect(() => {
    const element = box.current;
    if (!element || !on) return;
    let pinned = true;
    let lastTop = 0;
    const follow = () => {
      if (pinned) element.scrollTop = element.scrollHeight;
    };
    const onScroll = () => {
      const { scrollHeight, scrollTop, clientHeight } = element;
      // The box may have grown since: only a move upwards means that the reader has scrolled.
      if (scrollTop < lastTop) pinned = false;
      if (scrollHeight - scrollTop - clientHeight < kSlackPx) pinned = true;
      lastTop = scrollTop;
    };
    const resized = new ResizeObserver(follow);
    const observeChildren = () => {
      for (const child of element.children) resized.observe(child);
    };
    const changed = new MutationObserver(observeChildren);
    changed.observe(element, { childList: true });
    observeChildren();
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      resized.disconnect();
      changed.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [box, on]);
}
