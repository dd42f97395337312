import { Repeat, X } from 'lucide-react';
import type { PlayerEngine } from '../../media/player/player-engine';
import type { TimelineWindow } from '../../media/player/timeline-window';
import { formatDuration } from '../../ui/format';
import './loop-range.css';
import { usePlayer } from './use-player';

type Props = { readonly engine: PlayerEngine; readonly window: TimelineWindow };

/** The loop in the lanes, with a button that ends it. */
export function LoopRange({ engine, window }: Props) {
  const loop = usePlayer(engine, (state) => state.loop);
  if (!loop) return null;
  const part = (ms: number) =>
    (100 * (ms - window.fromMs)) / Math.max(1, window.toMs - window.fromMs);
  const left = Math.max(0, part(loop.fromMs));
  const right = Math.min(100, part(loop.toMs ?? loop.fromMs));
  if (right < 0 || left > 100) return null;
  return (
    <div
      className={loop.toMs === null ? 'loop-range loop-range--open' : 'loop-range'}
      style={{ left: `${left}%`, width: `${right - left}%` }}
    >
      <button type="button" className="loop-range__end" onClick={() => engine.setLoop(null)}>
        <Repeat aria-hidden />
        <span className="visually-hidden">End loop: </span>
        <span className="loop-range__words">
          {loop.toMs === null
            ? 'Loop from here'
            : `${formatDuration(loop.fromMs)} – ${formatDuration(loop.toMs)}`}
        </span>
        <X aria-hidden />
      </button>
    </div>
  );
}
