import { LocateFixed } from 'lucide-react';
import type { PlayerEngine } from '../../media/player/player-engine';
import type { TimelineWindow } from '../../media/player/timeline-window';
import { Button } from '../../ui/button';
import './back-to-playhead.css';
import { useWithPicture } from './use-player';

type Props = {
  readonly engine: PlayerEngine;
  readonly window: TimelineWindow;
  readonly onBack: () => void;
};

/** Shown while the lanes show another part than the one that is being played. */
export function BackToPlayhead({ engine, window, onBack }: Props) {
  const away = useWithPicture(engine, (ms) => ms < window.fromMs || ms > window.toMs);
  if (!away) return null;
  return (
    <Button
      className="back-to-playhead"
      size="small"
      icon={<LocateFixed aria-hidden />}
      onClick={onBack}
    >
      Back to the playhead
    </Button>
  );
}
