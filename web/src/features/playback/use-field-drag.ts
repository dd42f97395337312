import { type PointerEvent, useRef } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import type { TimelineWindow } from '../../media/player/timeline-window';
import { loopOf } from './loop';

/** A press that moves less than this is a click. */
const kDragPx = 4;

type Press = { readonly x: number; readonly ms: number; readonly scrubs: boolean; moved: boolean };

/**
 * What a pointer does on the lanes: a click seeks; a drag selects a range that is repeated. A finger scrubs instead,
 * below the playhead.
 */
export function useFieldDrag(engine: PlayerEngine, window: TimelineWindow) {
  const press = useRef<Press | null>(null);
  const msAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    return window.fromMs + part * (window.toMs - window.fromMs);
  };
  const end = () => {
    press.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest('button')) return;
      const ms = msAt(event);
      event.currentTarget.setPointerCapture(event.pointerId);
      press.current = { x: event.clientX, ms, scrubs: event.pointerType === 'touch', moved: false };
      engine.seek(ms);
    },
    onPointerMove: (event: PointerEvent) => {
      const held = press.current;
      if (!held) return;
      held.moved ||= Math.abs(event.clientX - held.x) >= kDragPx;
      if (!held.moved) return;
      if (held.scrubs) engine.seek(msAt(event));
      else engine.setLoop(loopOf(held.ms, msAt(event)));
    },
    onPointerUp: () => {
      const { loop } = engine.snapshot();
      if (press.current?.moved && !press.current.scrubs && loop) engine.seek(loop.fromMs);
      end();
    },
    onPointerCancel: end,
  };
}
