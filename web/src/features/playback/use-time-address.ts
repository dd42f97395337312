import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import { addressOfMoment, momentOfAddress } from '../../media/player/time-address';
import { isolated } from '../../media/text';
import { toasts } from '../../ui/toasts';

/** A pause or a seek that is followed by nothing for so long puts its moment into the address. */
const kSettledMs = 500;

/** `?t=` of the address, as it is; null without one. */
const wantedNow = () => new URLSearchParams(location.search).get('t');

/** The address of this recording at a moment; `ms` null: without one. */
export function addressAt(ms: number | null): string {
  const url = new URL(location.href);
  url.search = '';
  url.hash = '';
  if (ms !== null) url.searchParams.set('t', addressOfMoment(ms));
  return url.href;
}

/** Whether the address names a moment at the end, where playing would begin anew. */
export function startsAtEnd(lengthMs: number): boolean {
  const ms = momentOfAddress(wantedNow() ?? '');
  return ms !== null && ms >= lengthMs;
}

/**
 * Goes to the moment that the address names, also when it changes while the page is open. Then the address follows: where
 * playing was paused, and where somebody sought while it was. It takes the place of the one before; the history does not grow.
 * `placed`: another film of the recording was here before and has given its place.
 */
export function useTimeAddress(engine: PlayerEngine | null, placed: boolean): void {
  const own = useRef(placed ? wantedNow() : null);
  const search = useRouterState({ select: (state) => state.location.searchStr });
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
        history.replaceState(history.state, '', addressAt(engine.timeMs()));
      }, kSettledMs);
    };
    const stop = engine.onFrame(follow);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [engine]);
}

/** Of a wrong moment, in the sentence that says so. */
const kShownMax = 20;
