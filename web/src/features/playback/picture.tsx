import { AudioLines, VideoOff } from 'lucide-react';
import type { PlayerEngine, PlayerSnapshot } from '../../media/player/player-engine';
import { runningWords } from './paragraphs';
import './picture.css';
import { type HeldPicture, heldAt } from './picture-words';
import { captionAt, type Turn } from './turns';
import { usePlayer, useWithPicture } from './use-player';

type Props = {
  readonly engine: PlayerEngine;
  readonly turns: readonly Turn[];
  readonly captions: boolean;
  readonly hasVideo: boolean;
  readonly held: readonly HeldPicture[];
};

const kTroubles: Readonly<Partial<Record<PlayerSnapshot['state'], string>>> = {
  away: 'The server does not answer. Playback goes on here when it is back; Play tries at once.',
  gone: 'The server does not have this film any more.',
  stuck: 'The film does not go on here. Play tries again.',
  failed: 'This browser cannot play the recording. You can still download it.',
};

/**
 * What is shown on top of the media element: captions; only words when there are no pictures; a text when it cannot be
 * played.
 */
export function PictureLayer({ engine, turns, captions, hasVideo, held }: Props) {
  const state = usePlayer(engine, (player) => player.state);
  const waiting = usePlayer(engine, (player) => player.waiting);
  return (
    <>
      {hasVideo ? (
        <Held engine={engine} held={held} />
      ) : (
        <NoPicture engine={engine} turns={turns} />
      )}
      {captions && hasVideo ? <Caption engine={engine} turns={turns} /> : null}
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

/** Says why the picture does not move: it is the last one that came. */
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

/** Shown instead of pictures when there are none: the words, large. The seam is in the slider and the lanes. */
function NoPicture({ engine, turns }: Pick<Props, 'engine' | 'turns'>) {
  const speaker = useWithPicture(engine, (ms) => runningWords(turns, ms)?.speaker ?? null);
  const said = useWithPicture(engine, (ms) => runningWords(turns, ms)?.said ?? '');
  const coming = useWithPicture(engine, (ms) => runningWords(turns, ms)?.coming ?? '');
  if (speaker === null) {
    return (
      <p className="picture__sound">
        <AudioLines aria-hidden />
        Voice only
      </p>
    );
  }
  return (
    // For screen readers the transcript beside it has the same words.
    <div className={`picture__words picture__words--${speaker}`} aria-hidden>
      <b>{speaker === 'person' ? 'You' : 'Model'}</b>
      <p dir="auto">
        {said}
        <span>{coming}</span>
      </p>
    </div>
  );
}

function Caption({ engine, turns }: Pick<Props, 'engine' | 'turns'>) {
  const speaker = useWithPicture(engine, (ms) => captionAt(turns, ms)?.speaker ?? null);
  const said = useWithPicture(engine, (ms) => captionAt(turns, ms)?.said ?? '');
  const coming = useWithPicture(engine, (ms) => captionAt(turns, ms)?.coming ?? '');
  if (speaker === null) return null;
  return (
    <div className={`picture__caption picture__caption--${speaker}`}>
      <b>{speaker === 'person' ? 'You' : 'Model'}</b>
      <p dir="auto">
        {said}
        <span>{coming}</span>
      </p>
    </div>
  );
}
