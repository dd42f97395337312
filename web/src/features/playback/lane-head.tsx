import { Volume2, VolumeX } from 'lucide-react';
import type { PlayerEngine, SpeakerName } from '../../media/player/player-engine';
import { IconButton } from '../../ui/icon-button';
import { Range } from '../../ui/range';
import { usePlayer } from './use-player';

type Props = { readonly engine: PlayerEngine; readonly speaker: SpeakerName };

/** Name, volume and mute of one speaker. */
export function LaneHead({ engine, speaker }: Props) {
  const volume = usePlayer(engine, (state) => state.volume[speaker]);
  const muted = usePlayer(engine, (state) => state.muted[speaker]);
  const person = speaker === 'person';
  const percent = Math.round(volume * 100);
  return (
    <div className="lane-head">
      <span className={`lane-head__key lane-head__key--${speaker}`} />
      <span className="lane-head__name">{person ? 'You' : 'Model'}</span>
      <Range
        className="lane-head__volume"
        label={person ? 'Volume of you' : 'Volume of the model'}
        value={muted ? 0 : percent}
        max={100}
        step={5}
        valueText={muted ? 'muted' : `${percent} percent`}
        onChange={(value) => engine.setVolume(speaker, value / 100)}
      />
      <IconButton
        size="small"
        label={person ? 'Mute you' : 'Mute the model'}
        shortcut={person ? '⇧1' : '⇧2'}
        aria-pressed={muted}
        icon={muted ? <VolumeX /> : <Volume2 />}
        onClick={() => engine.setMuted(speaker, !muted)}
        tooltipSide="top"
      />
    </div>
  );
}
