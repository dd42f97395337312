import { AudioLines, VideoOff } from 'lucide-react';
import type { PlayerEngine, PlayerSnapshot } from '../../media/player/player-engine';
import { fitWindow } from '../../media/player/timeline-window';
import { Seam } from '../../ui/seam';
import type { SeamData } from '../../ui/seam-data';
import './picture.css';
import { type HeldPicture, heldAt } from './picture-words';
import { TurnOutline } from './turn-outline';
import { captionAt, type Turn } from './turns';
import { usePlayer, useWithPicture } from './use-player';

type Props = {
  readonly engine: PlayerEngine;
  readonly turns: readonly Turn[];
  readonly seam: SeamData | null;
  readonly captions: boolean;
  readonly hasVideo: boolean;
  readonly held: readonly HeldPicture[];
};

const kTroubles: Readonly<Partial<Record<PlayerSnapshot['state'], string>>> = {
  away: 'The server does not answer. Playback goes on here when it is back; Play tries at once.',
  gone: 'The server does not have this film any more.',
  failed: 'This browser cannot play the recording. You can still download it.',
};

/** What lies on the media element: captions, the seam when there are no pictures, and words when it cannot be played. */
export function PictureLayer({ engine, turns, seam, captions, hasVideo, held }: Props) {
  const state = usePlayer(engine, (player) => player.state);
  const waiting = usePlayer(engine, (player) => player.waiting);
  return (
    <>
      {hasVideo ? null : <NoPicture engine={engine} turns={turns} seam={seam} />}
      {hasVideo ? <Held engine={engine} held={held} /> : null}
      {captions ? <Caption engine={engine} turns={turns} /> : null}
      {waiting ? (
        <span className="picture__waiting" role="status">
          Loading…
        </span>
      ) : null}
      {kTroubles[state] ? (
        <p className="picture__failed" role="alert">
          {kTroubles[state]}
        </p>
      ) : null}
    </>
  );
}

/** Says why the picture stands still: it is the last one that came. */
function Held({ engine, held }: Pick<Props, 'engine' | 'held'>) {
  const words = useWithPicture(engine, (ms) => heldAt(held, ms)?.words ?? null);
  const missing = useWithPicture(engine, (ms) => heldAt(held, ms)?.reason === 'missing');
  if (words === null) return null;
  return (
    <div className="picture__missing">
      <p>
        {missing ? <span className="hatch" /> : <VideoOff aria-hidden />}
        {words}
      </p>
    </div>
  );
}

function NoPicture({ engine, turns, seam }: Pick<Props, 'engine' | 'turns' | 'seam'>) {
  if (!seam) return <AudioLines className="picture__sound" aria-hidden />;
  const whole = fitWindow(seam.lengthMs);
  return (
    <div className="picture__seam">
      <Seam data={seam} kind="full" {...whole} />
      <TurnOutline engine={engine} turns={turns} window={whole} />
    </div>
  );
}

function Caption({ engine, turns }: Pick<Props, 'engine' | 'turns'>) {
  const words = useWithPicture(engine, (ms) => {
    const caption = captionAt(turns, ms);
    return caption ? `${caption.speaker === 'person' ? 'You' : 'Model'}\n${caption.text}` : null;
  });
  if (words === null) return null;
  const [speaker, text] = words.split('\n');
  return (
    <p className={`picture__caption picture__caption--${speaker === 'You' ? 'person' : 'model'}`}>
      <b>{speaker}</b>
      {text}
    </p>
  );
}
