import { useLayoutEffect, useRef } from 'react';
import { formatDuration } from '../../ui/format';
import './seek-bubble.css';
import { type Strip, tileAt, tilePlace } from './strip';
import type { Turn } from './turns';
import { wordsNear } from './words-near';

type Props = {
  readonly ms: number;
  readonly lengthMs: number;
  readonly turns: readonly Turn[];
  readonly strip: Strip | null;
};

/**
 * What is at the place under the pointer: picture, time, who speaks, and the words. Only visual; the slider announces
 * its own value.
 */
export function SeekBubble({ ms, lengthMs, turns, strip }: Props) {
  const bubble = useRef<HTMLSpanElement>(null);
  const near = wordsNear(turns, ms);
  useLayoutEffect(() => {
    const element = bubble.current;
    const slider = element?.parentElement;
    if (!element || !slider) return;
    // Placed at the pointer, but within the slider.
    const half = element.offsetWidth / 2;
    const at = (ms / Math.max(1, lengthMs)) * slider.clientWidth;
    element.style.left = `${Math.max(half, Math.min(slider.clientWidth - half, at))}px`;
  });
  return (
    <span
      ref={bubble}
      className={strip ? 'seek-bubble seek-bubble--picture' : 'seek-bubble'}
      aria-hidden="true"
    >
      {strip ? <Tile strip={strip} ms={ms} /> : null}
      <span className="seek-bubble__line time">
        {formatDuration(ms)}
        {near ? (
          <b className={`seek-bubble__who seek-bubble__who--${near.speaker}`}>
            {near.speaker === 'person' ? 'You' : 'Model'}
          </b>
        ) : null}
      </span>
      {near?.words ? (
        <span className="seek-bubble__words" dir="auto">
          {near.words}
        </span>
      ) : null}
    </span>
  );
}

function Tile({ strip, ms }: { readonly strip: Strip; readonly ms: number }) {
  const { x, y } = tilePlace(strip, tileAt(strip, ms));
  return (
    <span
      className="seek-bubble__picture"
      style={{
        width: strip.tile_width,
        height: strip.tile_height,
        backgroundImage: `url("${strip.url}")`,
        backgroundPosition: `-${x}px -${y}px`,
      }}
    />
  );
}
