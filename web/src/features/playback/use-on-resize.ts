import { type RefObject, useEffect, useRef } from 'react';

/** Calls `listener` whenever the element got another size, for example after a phone was turned. */
export function useOnResize(element: RefObject<Element | null>, listener: () => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
}
