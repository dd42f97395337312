import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import { panWindow, pullWindow, type TimelineWindow } from '../../media/player/timeline-window';
import { spokenDuration } from '../../ui/format';
import { Seam } from '../../ui/seam';
import type { SeamData } from '../../ui/seam-data';
import type { Place } from './places';
import { SeekBubble } from './seek-bubble';
import './seek-slider.css';
import type { Strip } from './strip';
import { currentTurn, nextTurnMs, previousTurnMs, type Turn } from './turns';

type Props = {
  readonly engine: PlayerEngine;
  readonly lengthMs: number;
  readonly turns: readonly Turn[];
  readonly seam: SeamData | null;
  readonly strip: Strip | null;
  /** Marks where the words of the search are said. */
  readonly hits: readonly number[];
  /** Marks for bookmarks and for marks of the live session. */
  readonly places: readonly Place[];
  readonly window: TimelineWindow;
  readonly onWindow: (window: TimelineWindow, byUser: boolean) => void;
};

const kStepMs = 5000;
/** A press that moves less than this is a click. */
const kDragPx = 4;

/** What is being dragged: the playhead, or the frame of the zoomed view (with its position at the start). */
type Hold =
  | { readonly kind: 'head' }
  | { readonly kind: 'from' | 'to' }
  | {
      readonly kind: 'frame';
      readonly startX: number;
      readonly startMs: number;
      readonly window: TimelineWindow;
      moved: boolean;
    };

/** The announced value changes at most this often while playing. */
const kSpokenEveryMs = 5000;

/**
 * The whole session as a small seam. Dragging seeks at once, and the picture follows. A frame shows the part that is in
 * the lanes; it can be dragged, and changed at both ends.
 */
export function SeekSlider(props: Props) {
  const { engine, lengthMs, turns, seam, strip, hits, places, window } = props;
  const slider = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLSpanElement>(null);
  const veil = useRef<HTMLSpanElement>(null);
  const [hoverMs, setHoverMs] = useState<number | null>(null);

  useEffect(
    () =>
      engine.onFrame((ms) => {
        const part = lengthMs > 0 ? ms / lengthMs : 0;
        if (head.current) head.current.style.transform = `translateX(${part * 100}%)`;
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
  const zoomed = isZoomed(window, lengthMs);
  const drag = useDrag(props, msAt);
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
      onPointerDown={drag.onDown}
      onPointerMove={(event) => {
        setHoverMs(msAt(event));
        drag.onMove(event);
      }}
      onPointerUp={drag.onUp}
      onPointerCancel={drag.onCancel}
      onPointerLeave={() => setHoverMs(null)}
    >
      <span className="seek__name" aria-hidden>
        Session
      </span>
      {seam ? (
        <Seam className="seek__seam" data={seam} kind="mini" fromMs={0} toMs={lengthMs} />
      ) : null}
      <span ref={veil} className="seek__veil" />
      {zoomed ? (
        <span
          className="seek__window"
          style={{ left: part(window.fromMs), width: part(window.toMs - window.fromMs) }}
        >
          <i data-end="from" />
          <i data-end="to" />
        </span>
      ) : null}
      {/* Several hits may be in one word. */}
      {[...new Set(hits)].map((ms) => (
        <i key={ms} className="seek__hit" style={{ left: part(ms) }} />
      ))}
      {places.map((place) => (
        <i
          key={place.kind === 'bookmark' ? place.bookmark.id : `mark ${place.atMs}`}
          className="seek__place"
          style={{ left: part(place.atMs) }}
        />
      ))}
      <span ref={head} className="seek__head" />
      {hoverMs === null ? null : <SeekBubble ms={hoverMs} {...{ lengthMs, turns, strip }} />}
    </div>
  );
}

const isZoomed = (window: TimelineWindow, lengthMs: number) =>
  window.toMs - window.fromMs < lengthMs - 1;

/** Drags the playhead, the frame or one of its ends. A click within the frame seeks. */
function useDrag(props: Props, msAt: (event: PointerEvent) => number) {
  const { engine, lengthMs, window, onWindow } = props;
  const hold = useRef<Hold | null>(null);
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const startMs = msAt(event);
    const end = (event.target as HTMLElement).dataset.end;
    if (end === 'from' || end === 'to') {
      hold.current = { kind: end };
    } else if (isZoomed(window, lengthMs) && startMs >= window.fromMs && startMs <= window.toMs) {
      hold.current = { kind: 'frame', startX: event.clientX, startMs, window, moved: false };
    } else {
      hold.current = { kind: 'head' };
      engine.seek(startMs);
    }
  };
  const onMove = (event: PointerEvent) => {
    const held = hold.current;
    if (held === null) return;
    const ms = msAt(event);
    if (held.kind === 'head') {
      engine.seek(ms);
    } else if (held.kind !== 'frame') {
      onWindow(pullWindow(window, held.kind, ms, lengthMs), true);
    } else if (held.moved || Math.abs(event.clientX - held.startX) >= kDragPx) {
      held.moved = true;
      onWindow(panWindow(held.window, ms - held.startMs, lengthMs), true);
    }
  };
  const onUp = () => {
    const held = hold.current;
    hold.current = null;
    if (held?.kind === 'frame' && !held.moved) engine.seek(held.startMs);
  };
  const onCancel = () => {
    hold.current = null;
  };
  return { onDown, onMove, onUp, onCancel };
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

/** Keeps aria-valuenow and aria-valuetext right without rendering: at each seek, and every few seconds. */
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
