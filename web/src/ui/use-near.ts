import { useEffect, useState } from 'react';

/** True once the element has come into view; stays true. */
export function useNear(element: Element | null): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!element || near) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, near]);
  return near;
}
