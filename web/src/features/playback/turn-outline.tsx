import type { PlayerEngine } from '../../media/player/player-engine';
import type { TimelineWindow } from '../../media/player/timeline-window';
import './turn-outline.css';
import { currentTurn, type Turn } from './turns';
import { useWithPicture } from './use-player';

type Props = {
  readonly engine: PlayerEngine;
  readonly turns: readonly Turn[];
  readonly window: TimelineWindow;
};

/**
 * The outline around the turn that is being heard. It is an element of its own, so that the drawing below need not
 * change.
 */
export function TurnOutline({ engine, turns, window }: Props) {
  const current = useWithPicture(engine, (ms) => currentTurn(turns, ms));
  const turn = current === null ? undefined : turns[current];
  if (!turn) return null;
  const part = (ms: number) => (100 * ms) / (window.toMs - window.fromMs);
  return (
    <div className="turn-outline" aria-hidden="true">
      <span
        className={`turn-outline__turn turn-outline__turn--${turn.speaker}`}
        data-cut={turn.interrupted}
        style={{
          left: `${part(turn.start_ms - window.fromMs)}%`,
          width: `${part(turn.end_ms - turn.start_ms)}%`,
        }}
      />
    </div>
  );
}
