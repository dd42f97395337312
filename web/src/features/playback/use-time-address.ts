import { useEffect, useRef } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import { addressOfMoment, momentOfAddress } from '../../media/player/time-address';
import { isolated } from '../../media/text';
import { useRouter } from '../../ui/router/router-context';
import { useAddress } from '../../ui/router/use-address';
import { toasts } from '../../ui/toasts';

/** When nothing follows a pause or a seek for this long, its moment is written to the address. */
const kSettledMs = 500;

/** The value of `?t=` in the address; null when it is absent. */
const wantedNow = () => new URLSearchParams(location.search).get('t');

/** The address of this recording at a moment; `ms` null: without a moment. */
export function addressAt(ms: number | null): string {
  const url = new URL(location.href);
  url.search = '';
  url.hash = '';
  if (ms !== null) url.searchParams.set('t', addressOfMoment(ms));
  return url.href;
}

/** Whether the address names a moment at the end, where playing would begin again. */
export function startsAtEnd(lengthMs: number): boolean {
  const ms = momentOfAddress(wantedNow() ?? '');
  return ms !== null && ms >= lengthMs;
}

/**
 * Seeks to the moment in the address, also when that changes while the page is open. Afterwards it writes the address:
 * when playing is paused, and after a seek while it is paused. It replaces the entry in the history, so that the
 * history does not grow. `placed`: an earlier version of the film was shown here and has given its position.
 */
export function useTimeAddress(engine: PlayerEngine | null, placed: boolean): void {
  const own = useRef(placed ? wantedNow() : null);
  const router = useRouter();
  const search = useAddress((address) => address.search);
  useEffect(() => {
    const wanted = new URLSearchParams(search).get('t');
    if (!engine || wanted === null || wanted === own.current) return;
    own.current = wanted;
    const ms = momentOfAddress(wanted);
    if (ms === null) {
      const shown = [...wanted].slice(0, kShownMax).join('');
      toasts.show(`“${isolated(shown)}” in the address names no moment, such as 1m35s.`);
    } else {
      engine.seek(ms);
    }
  }, [engine, search]);
  useEffect(() => {
    if (!engine) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastMs = engine.timeMs();
    const follow = (ms: number) => {
      if (Math.abs(ms - lastMs) < 1) return;
      lastMs = ms;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (engine.snapshot().playing) return;
        const t = addressOfMoment(engine.timeMs());
        if (t === own.current) return;
        own.current = t;
        router.go(addressAt(engine.timeMs()), { replace: true });
      }, kSettledMs);
    };
    const stop = engine.onFrame(follow);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [engine, router]);
}

/** How much of a wrong moment is repeated in the sentence about it. */
const kShownMax = 20;
