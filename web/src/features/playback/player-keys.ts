import { useMemo } from 'react';
import { kFrameMs, kRates, type PlayerEngine } from '../../media/player/player-engine';
import { type Shortcuts, useShortcuts } from '../../ui/use-shortcuts';
import { nextLoop } from './loop';
import type { TransportActions } from './transport';
import { nextCutMs, nextTurnMs, previousCutMs, previousTurnMs, type Turn } from './turns';

type Options = {
  readonly engine: PlayerEngine;
  readonly turns: readonly Turn[];
  readonly lengthMs: number;
  readonly actions: TransportActions;
  readonly fit: () => void;
};

const kVolumeStep = 0.1;

/** The player's keys: the usual ones, and our own (the sheet behind `?` lists them; the transcript handles `t`). */
export function usePlayerKeys({ engine, turns, lengthMs, actions, fit }: Options): void {
  const shortcuts = useMemo(() => {
    const seekTo = (ms: number) => () => engine.seek(ms);
    const by = (ms: number) => () => engine.seek(engine.timeMs() + ms);
    const frame = (ms: number) => () =>
      engine.snapshot().playing || engine.seek(engine.timeMs() + ms);
    const go = (ms: number | null) => ms !== null && engine.seek(ms);
    const rate = (step: number) => () => {
      const at = kRates.indexOf(engine.snapshot().rate as (typeof kRates)[number]);
      const next = kRates[Math.max(0, Math.min(kRates.length - 1, at + step))];
      if (next) engine.setRate(next);
    };
    const volume = (step: number) => () => {
      for (const speaker of ['person', 'model'] as const) {
        engine.setVolume(speaker, engine.snapshot().volume[speaker] + step);
      }
    };
    const keys: Record<string, (event: KeyboardEvent) => void> = {
      k: () => engine.toggle(),
      j: by(-10_000),
      l: by(10_000),
      ArrowLeft: by(-5000),
      ArrowRight: by(5000),
      'Shift+ArrowLeft': by(-1000),
      'Shift+ArrowRight': by(1000),
      ',': frame(-kFrameMs),
      '.': frame(kFrameMs),
      '<': rate(-1),
      '>': rate(1),
      m: () => {
        const { muted } = engine.snapshot();
        const on = !(muted.person && muted.model);
        engine.setMuted('person', on);
        engine.setMuted('model', on);
      },
      ArrowUp: volume(kVolumeStep),
      ArrowDown: volume(-kVolumeStep),
      f: () => actions.fullScreen(),
      c: () => actions.toggleCaptions(),
      Home: seekTo(0),
      End: seekTo(lengthMs),
      p: actions.previousTurn,
      n: actions.nextTurn,
      i: () => go(nextCutMs(turns, engine.timeMs())),
      'Shift+I': () => go(previousCutMs(turns, engine.timeMs())),
      '!': () => toggleMute(engine, 'person'),
      '@': () => toggleMute(engine, 'model'),
      '"': () => toggleMute(engine, 'model'),
      '+': () => actions.zoom(2),
      '=': () => actions.zoom(2),
      '-': () => actions.zoom(0.5),
      z: fit,
      b: (event) => event.repeat || actions.bookmark?.(),
      'Shift+C': () => actions.copyLink(),
      s: (event) => event.repeat || actions.skipSilence(),
      a: () => engine.setLoop(nextLoop(engine.snapshot().loop, engine.timeMs())),
    };
    for (let tenth = 0; tenth <= 9; tenth += 1) {
      keys[String(tenth)] = () => engine.seek((lengthMs * tenth) / 10);
    }
    keys[' '] = (event) => {
      // Space presses the focused control instead.
      if ((event.target as Element | null)?.closest('button, a, [role="tab"]')) {
        (event.target as HTMLElement).click();
        return;
      }
      engine.toggle();
    };
    return keys satisfies Shortcuts;
  }, [engine, turns, lengthMs, actions, fit]);
  useShortcuts(shortcuts);
}

const toggleMute = (engine: PlayerEngine, speaker: 'person' | 'model') =>
  engine.setMuted(speaker, !engine.snapshot().muted[speaker]);

/** Previous and next turn for the buttons and the keys. */
export const turnSteps = (engine: PlayerEngine, turns: readonly Turn[]) => ({
  previousTurn: () => engine.seek(previousTurnMs(turns, engine.timeMs())),
  nextTurn: () => {
    const next = nextTurnMs(turns, engine.timeMs());
    if (next !== null) engine.seek(next);
  },
});
