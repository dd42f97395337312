import { useEffect, useRef } from 'react';
import { useRouter } from './router-context';

/** While `active`, the page is left only if `mayLeave` says yes. Closing the window is not asked about. */
export function useBlock(active: boolean, mayLeave: () => boolean): void {
  const router = useRouter();
  const latest = useRef(mayLeave);
  latest.current = mayLeave;
  useEffect(() => (active ? router.block(() => latest.current()) : undefined), [router, active]);
}
