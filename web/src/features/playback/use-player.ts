import { startTransition, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { PlayerEngine, type PlayerSnapshot } from '../../media/player/player-engine';

/** The engine of one media element; null until the element is in the page. */
export function usePlayerEngine(video: HTMLVideoElement, durationMs: number): PlayerEngine | null {
  const [engine, setEngine] = useState<PlayerEngine | null>(null);
  useEffect(() => {
    const made = new PlayerEngine(video, durationMs);
    // Most of the page needs the engine, but the picture must not wait for those parts.
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
 * Re-renders when `select` gives another value for the media time. Between changes a frame costs one comparison.
 * `select` returns a primitive.
 */
export function useAtTime<T extends Plain>(engine: PlayerEngine, select: Select<T>): T {
  return useFrames(engine, () => select(engine.timeMs()));
}

/** The same for what belongs to the picture: after a seek it changes only when the new picture has come. */
export function useWithPicture<T extends Plain>(engine: PlayerEngine, select: Select<T>): T {
  return useFrames(engine, () => select(engine.shownMs()));
}

function useFrames<T extends Plain>(engine: PlayerEngine, read: () => T): T {
  const subscribe = useCallback((listener: () => void) => engine.onFrame(listener), [engine]);
  return useSyncExternalStore(subscribe, read);
}
