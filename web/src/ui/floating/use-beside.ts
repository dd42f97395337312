import { useLayoutEffect } from 'react';
import { beside, type Wish } from './beside';

/** Keeps `element`, which has a fixed position, beside `anchor` while both are in the page. */
export function useBeside(
  anchor: HTMLElement | null,
  element: HTMLElement | null,
  { side, align }: Wish,
): void {
  useLayoutEffect(() => {
    if (!anchor || !element) return;
    const place = () => {
      const room = { width: document.documentElement.clientWidth, height: innerHeight };
      const size = { width: element.offsetWidth, height: element.offsetHeight };
      const { left, top } = beside(anchor.getBoundingClientRect(), size, room, { side, align });
      element.style.left = `${left}px`;
      element.style.top = `${top}px`;
    };
    place();
    const sizes = new ResizeObserver(place);
    sizes.observe(element);
    const moves = { capture: true, passive: true };
    addEventListener('scroll', place, moves);
    addEventListener('resize', place);
    return () => {
      sizes.disconnect();
      removeEventListener('scroll', place, moves);
      removeEventListener('resize', place);
    };
  }, [anchor, element, side, align]);
}
