import { useEffect, useRef } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import {
  panWindow,
  rulerTicks,
  type TimelineWindow,
  zoomWindow,
} from '../../media/player/timeline-window';
import { formatDuration } from '../../ui/format';
import { Seam } from '../../ui/seam';
import type { SeamData } from '../../ui/seam-data';
import { Skeleton } from '../../ui/skeleton';
import { CameraLane } from './camera-lane';
import { afterShown, type EventChip, eventChips, mainOf, nameOf } from './event-chips';
import { EventIconOf } from './event-icon';
import { LaneHead } from './lane-head';
import { LoopRange } from './loop-range';
import './lanes.css';
import { MutedVeil } from './muted-veil';
import type { NamedEvent } from './named-events';
import type { HeldPicture } from './picture-words';
import type { Strip } from './strip';
import { TurnOutline } from './turn-outline';
import type { Turn } from './turns';
import { useFieldDrag } from './use-field-drag';
import { useWidth } from './use-width';

type Props = {
  readonly engine: PlayerEngine;
  readonly lengthMs: number;
  readonly turns: readonly Turn[];
  readonly events: readonly NamedEvent[];
  readonly seam: SeamData | null;
  /** Null for a recording without pictures. */
  readonly strip: Strip | null;
  readonly held: readonly HeldPicture[];
  readonly window: TimelineWindow;
  readonly onWindow: (window: TimelineWindow, byUser: boolean) => void;
};

const kWheelZoom = 1.0015;

/** Ruler, waveform with two lanes, and events, for the part of the session that is in view. */
export function Lanes(props: Props) {
  const { engine, lengthMs, turns, events, seam, strip, held, window } = props;
  const field = useRef<HTMLDivElement>(null);
  const width = useWidth(field);
  const span = window.toMs - window.fromMs;
  const left = (ms: number) => `${((ms - window.fromMs) / span) * 100}%`;
  const inView = (ms: number) => ms >= window.fromMs && ms <= window.toMs;
  const chips = eventChips(
    events.filter((event) => event.chip !== null && inView(event.atMs)),
    span / Math.max(1, width),
    window.toMs,
  );
  const drag = useFieldDrag(engine, window);
  useWheel(field, props);
  return (
    <div className={strip ? 'lanes lanes--camera' : 'lanes'}>
      <div className="lanes__heads">
        {strip ? <span className="lanes__name lanes__name--camera">Camera</span> : null}
        <LaneHead engine={engine} speaker="person" />
        <LaneHead engine={engine} speaker="model" />
        <span className="lanes__name">Events</span>
      </div>
      <div ref={field} className="lanes__field" {...drag}>
        <div className="lanes__ruler time" aria-hidden="true">
          <div>
            {rulerTicks(window, width).map((ms) => (
              <span key={ms} data-edge={ms === window.fromMs} style={{ left: left(ms) }}>
                {formatDuration(ms)}
                {ms % 1000 === 0 ? '' : `.${(ms % 1000) / 100}`}
              </span>
            ))}
          </div>
        </div>
        {strip ? <CameraLane {...{ strip, window, lengthMs, held }} /> : null}
        <div className="lanes__seam">
          {seam ? (
            <>
              <Seam className="lanes__drawing" data={seam} kind="full" {...window} />
              <TurnOutline engine={engine} turns={turns} window={window} />
              <MutedVeil engine={engine} />
            </>
          ) : (
            <Skeleton height="100%" />
          )}
          <span className="lanes__who lanes__who--person who--person">You</span>
          <span className="lanes__who lanes__who--model who--model">Model</span>
        </div>
        <div className="lanes__events">
          {chips.map((chip) => (
            <Chip
              key={`${chip.events[0].atMs} ${chip.events[0].text}`}
              chip={chip}
              left={left(chip.placeMs)}
              onSeek={(ms) => engine.seek(ms)}
            />
          ))}
        </div>
        <LoopRange engine={engine} window={window} />
        <Playhead engine={engine} window={window} lengthMs={lengthMs} />
      </div>
    </div>
  );
}

type ChipProps = {
  readonly chip: EventChip;
  readonly left: string;
  readonly onSeek: (ms: number) => void;
};

/** A chip begins this much before its moment, but not before the lane. */
const kChipInset = '4px';

function Chip({ chip, left, onSeek }: ChipProps) {
  const { events, words } = chip;
  const main = mainOf(chip);
  const name = nameOf(chip);
  const shown = events.length > 1 ? String(events.length) : words ? main.chip : null;
  return (
    <button
      type="button"
      title={shown === main.chip ? undefined : name}
      className={main.icon === 'cut' ? 'lanes__chip lanes__chip--cut' : 'lanes__chip'}
      style={{ left: `max(${kChipInset}, ${left})` }}
      onClick={() => onSeek(main.atMs)}
    >
      <EventIconOf icon={main.icon} />
      {shown}
      <span className="visually-hidden">
        {afterShown(shown, `${name} at ${formatDuration(main.atMs)}`)}
      </span>
    </button>
  );
}

/** Moved only by a transform: it is as wide as the lanes, with the line at its right end. */
function Playhead(props: Pick<Props, 'engine' | 'window' | 'lengthMs'>) {
  const { engine, window } = props;
  const head = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      engine.onFrame((ms) => {
        const element = head.current;
        if (!element) return;
        const part = (ms - window.fromMs) / (window.toMs - window.fromMs);
        element.style.transform = `translateX(${part * 100}%)`;
        element.hidden = part < 0 || part > 1;
      }),
    [engine, window],
  );
  return <span ref={head} className="lanes__head" />;
}

/** Ctrl + wheel, or a pinch, zooms around the pointer; Shift + wheel, or a sideways wheel, pans. */
function useWheel(field: { readonly current: HTMLElement | null }, props: Props): void {
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      const { window, lengthMs, onWindow } = latest.current;
      const span = window.toMs - window.fromMs;
      const box = element.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) {
        const around = window.fromMs + ((event.clientX - box.left) / box.width) * span;
        onWindow(zoomWindow(window, kWheelZoom ** -event.deltaY, around, lengthMs), true);
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        const pixels = event.deltaX || event.deltaY;
        onWindow(panWindow(window, (pixels / box.width) * span, lengthMs), true);
      } else {
        return;
      }
      event.preventDefault();
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [field]);
}
