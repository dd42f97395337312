import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import type { TimelineWindow } from '../../media/player/timeline-window';
import { formatDuration, spokenDuration } from '../../ui/format';
import { Seam } from '../../ui/seam';
import type { SeamData } from '../../ui/seam-data';
import './seek-slider.css';
import { currentTurn, nextTurnMs, previousTurnMs, type Turn } from './turns';

type Props = {
  readonly engine: PlayerEngine;
  readonly lengthMs: number;
  readonly turns: readonly Turn[];
  readonly seam: SeamData | null;
  readonly window: TimelineWindow;
};

const kStepMs = 5000;
/** What is read aloud changes at most this often while playing. */
const kSpokenEveryMs = 5000;

/** The whole session as a small seam. Dragging seeks at once; the picture follows. */
export function SeekSlider({ engine, lengthMs, turns, seam, window }: Props) {
  const slider = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLSpanElement>(null);
  const veil = useRef<HTMLSpanElement>(null);
  const [hoverMs, setHoverMs] = useState<number | null>(null);

  useEffect(
    () =>
      engine.onFrame((ms) => {
        const part = lengthMs > 0 ? ms / lengthMs : 0;
        const width = slider.current?.clientWidth ?? 0;
        if (head.current) head.current.style.transform = `translateX(${part * width}px)`;
        if (veil.current) veil.current.style.transform = `scaleX(${1 - part})`;
      }),
    [engine, lengthMs],
  );
  useSpokenValue(slider, engine, lengthMs, turns);

  const msAt = (event: PointerEvent) => {
    const box = slider.current?.getBoundingClientRect();
    if (!box) return 0;
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * lengthMs;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = keyTarget(event.key, engine.timeMs(), lengthMs, turns);
    if (at === null || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    engine.seek(at);
  };
  const part = (ms: number) => `${(ms / Math.max(1, lengthMs)) * 100}%`;
  const zoomed = window.toMs - window.fromMs < lengthMs - 1;
  return (
    <div
      ref={slider}
      id="seek"
      className="seek"
      role="slider"
      tabIndex={0}
      aria-label="Seek"
      aria-valuemin={0}
      aria-valuemax={Math.round(lengthMs / 1000)}
      aria-valuenow={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        engine.seek(msAt(event));
      }}
      onPointerMove={(event) => {
        setHoverMs(msAt(event));
        if (event.currentTarget.hasPointerCapture(event.pointerId)) engine.seek(msAt(event));
      }}
      onPointerLeave={() => setHoverMs(null)}
    >
      {seam ? (
        <Seam
          className="seek__seam"
          data={seam}
          kind="mini"
          fromMs={0}
          toMs={lengthMs}
          currentTurn={null}
        />
      ) : null}
      <span ref={veil} className="seek__veil" />
      {zoomed ? (
        <span
          className="seek__window"
          style={{ left: part(window.fromMs), width: part(window.toMs - window.fromMs) }}
        />
      ) : null}
      <span ref={head} className="seek__head" />
      {hoverMs === null ? null : (
        <span className="seek__bubble time" style={{ left: part(hoverMs) }}>
          {formatDuration(hoverMs)}
          {speakerAt(turns, hoverMs)}
        </span>
      )}
    </div>
  );
}

function speakerAt(turns: readonly Turn[], ms: number): string {
  const index = currentTurn(turns, ms);
  const turn = index === null ? undefined : turns[index];
  return turn ? ` · ${turn.speaker === 'person' ? 'You' : 'Model'}` : '';
}

function keyTarget(
  key: string,
  nowMs: number,
  lengthMs: number,
  turns: readonly Turn[],
): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return nowMs - kStepMs;
    case 'ArrowRight':
    case 'ArrowUp':
      return nowMs + kStepMs;
    case 'PageUp':
      return nextTurnMs(turns, nowMs) ?? lengthMs;
    case 'PageDown':
      return previousTurnMs(turns, nowMs);
    case 'Home':
      return 0;
    case 'End':
      return lengthMs;
    default:
      return null;
  }
}

/** Keeps aria-valuenow and aria-valuetext right without drawing React: at each seek, and every few seconds. */
function useSpokenValue(
  slider: { readonly current: HTMLElement | null },
  engine: PlayerEngine,
  lengthMs: number,
  turns: readonly Turn[],
): void {
  useEffect(() => {
    let spokenMs = Number.NEGATIVE_INFINITY;
    return engine.onFrame((ms) => {
      if (engine.snapshot().playing && Math.abs(ms - spokenMs) < kSpokenEveryMs) return;
      spokenMs = ms;
      const index = currentTurn(turns, ms);
      const turn = index === null ? undefined : turns[index];
      const who = turn ? `, ${turn.speaker === 'person' ? 'you' : 'model'} speaking` : '';
      slider.current?.setAttribute('aria-valuenow', String(Math.round(ms / 1000)));
      slider.current?.setAttribute(
        'aria-valuetext',
        `${spokenDuration(ms)} of ${spokenDuration(lengthMs)}${who}`,
      );
    });
  }, [slider, engine, lengthMs, turns]);
}
