import { useEffect, useRef, useState } from 'react';
import type { LiveSession, LiveSnapshot } from '../../media/live-session';

/** Captions and facts of a live session change the page at most this often. */
const kRenderMs = 100;

/** The state of a live session, at most 10 times a second. The last state always arrives. */
export function useSession(session: LiveSession): LiveSnapshot {
  const [snapshot, setSnapshot] = useState(() => session.snapshot());
  const lastMs = useRef(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const render = () => {
      timer = null;
      lastMs.current = performance.now();
      setSnapshot(session.snapshot());
    };
    const onChange = () => {
      if (timer !== null) return;
      timer = setTimeout(render, Math.max(0, kRenderMs - (performance.now() - lastMs.current)));
    };
    render();
    const unsubscribe = session.subscribe(onChange);
    return () => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
    };
  }, [session]);
  return snapshot;
}
