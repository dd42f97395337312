import { useEffect, useState } from 'react';

/** True from the time at which the element first comes into view. */
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
