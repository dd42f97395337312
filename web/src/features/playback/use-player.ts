import { startTransition, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { PlayerEngine, type PlayerSnapshot } from '../../media/player/player-engine';

/** The engine of one media element; null until the element is in the page. */
export function usePlayerEngine(video: HTMLVideoElement, durationMs: number): PlayerEngine | null {
  const [engine, setEngine] = useState<PlayerEngine | null>(null);
  useEffect(() => {
    const made = new PlayerEngine(video, durationMs);
    // What needs the engine is most of the page; the picture does not wait for it.
    startTransition(() => setEngine(made));
    return () => {
      setEngine(null);
      made.close();
    };
  }, [video, durationMs]);
  return engine;
}

/** Re-renders when the selection changes. `select` returns a primitive or a stable reference. */
export const usePlayer = <T>(engine: PlayerEngine, select: (state: PlayerSnapshot) => T): T =>
  useSyncExternalStore(engine.subscribe, () => select(engine.snapshot()));

type Select<T> = (ms: number) => T;
type Plain = string | number | boolean | null;

/**
 * Re-renders when `select` gives another value at the media time; between the changes frames cost one comparison.
 * `select` returns a primitive.
 */
export function useAtTime<T extends Plain>(engine: PlayerEngine, select: Select<T>): T {
  return useFrames(engine, () => select(engine.timeMs()));
}

/** The same for what goes with the picture: after a seek it changes when the picture has come. */
export function useWithPicture<T extends Plain>(engine: PlayerEngine, select: Select<T>): T {
  return useFrames(engine, () => select(engine.shownMs()));
}

function useFrames<T extends Plain>(engine: PlayerEngine, read: () => T): T {
  const subscribe = useCallback((listener: () => void) => engine.onFrame(listener), [engine]);
  return useSyncExternalStore(subscribe, read);
}
