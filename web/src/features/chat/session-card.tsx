import { Download, Ellipsis, Play, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { Message } from '../../api/chats';
import { type Recording, recordingFiles } from '../../api/recordings';
import { Button } from '../../ui/button';
import { ClockNote } from '../../ui/clock-note';
import { formatDuration, formatFullDate, formatMoment } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { LossBadge } from '../../ui/loss-badge';
import { Menu, MenuItem, MenuLink } from '../../ui/menu';
import { Progress } from '../../ui/progress';
import { RecordingSeam } from '../../ui/recording-seam';
import { RecordingStill } from '../../ui/recording-still';
import { addresses } from '../../ui/router/addresses';
import { useRouter } from '../../ui/router/router-context';
import { useNear } from '../../ui/use-near';
import { type CardState, cardState, type LocalKnowledge } from './card-state';
import './session-card.css';
import { recordingRemovalKey, useEraseRecordings } from './use-erase-recording';

type Props = {
  readonly session: NonNullable<Message['live_session']>;
  readonly local: LocalKnowledge;
  /** Set right after hanging up: Play session gets the focus and calls this. */
  readonly focusPlay: (() => void) | null;
  readonly onTalkAgain: () => void;
};

/** A live session in the thread. All states that may have media have the same size. */
export function SessionCard({ session, local, focusPlay, onTalkAgain }: Props) {
  const state = cardState(session, local, new Date());
  if (state.kind === 'erased') return <p className="session-line">{state.words}</p>;
  if (state.kind === 'never-connected' || state.kind === 'not-recorded') {
    return <SmallCard session={session} state={state} onTalkAgain={onTalkAgain} />;
  }
  return (
    <FullCard session={session} state={state} focusPlay={focusPlay} onTalkAgain={onTalkAgain} />
  );
}

type PartProps = Pick<Props, 'session' | 'onTalkAgain'> & { readonly state: CardState };

/** A session without anything to play. */
function SmallCard({ session, state, onTalkAgain }: PartProps) {
  const titleId = useId();
  return (
    <article className="session-card session-card--small" aria-labelledby={titleId}>
      <div>
        <h2 id={titleId} className="session-card__title">
          Live session
        </h2>
        <p className="session-card__meta" title={formatFullDate(session.created_at)}>
          {formatMoment(session.created_at, new Date())} · {summary(state, '')}
        </p>
      </div>
      <Button variant="line" onClick={onTalkAgain}>
        {state.kind === 'never-connected' ? 'Try again' : 'Talk again'}
      </Button>
    </article>
  );
}

function FullCard(props: PartProps & Pick<Props, 'focusPlay'>) {
  const { session, state } = props;
  const titleId = useId();
  const [card, setCard] = useState<HTMLElement | null>(null);
  const near = useNear(card);
  const { recording } = session;
  const lengthMs = recording?.duration_ms ?? null;
  const media = near && lengthMs !== null && isFolded(state) ? recording : null;
  const live = state.kind === 'live';
  return (
    <article
      ref={setCard}
      className="session-card"
      aria-labelledby={titleId}
      data-removal={recording ? recordingRemovalKey(recording.id) : undefined}
    >
      <div className="session-card__top">
        <div className="session-card__picture">
          <RecordingStill recording={media} />
          {lengthMs === null ? null : (
            <span className="session-card__length">{formatDuration(lengthMs)}</span>
          )}
        </div>
        <div>
          <h2 id={titleId} className="session-card__title">
            {live ? <span className="dot dot--rec" aria-hidden /> : null}
            {live ? 'Live now' : <bdi>{recording?.title ?? 'Live session'}</bdi>}
          </h2>
          <p className="session-card__meta" title={formatFullDate(session.created_at)}>
            {formatMoment(session.created_at, new Date())}
          </p>
          <p className="session-card__words" dir="auto">
            {lengthMs === null && isFolded(state)
              ? ''
              : summary(state, recording?.first_words ?? '')}
          </p>
          {state.kind === 'saving' ? <Progress label={state.words} value={state.progress} /> : null}
        </div>
      </div>
      <div className="session-card__seam">
        {media && lengthMs ? <RecordingSeam recordingId={media.id} lengthMs={lengthMs} /> : null}
      </div>
      {live ? (
        <div className="session-card__foot">
          <p className="session-card__meta">It can be played a second after hanging up.</p>
        </div>
      ) : (
        <CardFoot {...props} />
      )}
    </article>
  );
}

/** Whether there certainly is media to play. */
const isFolded = (state: CardState) =>
  state.kind === 'complete' ||
  state.kind === 'gaps' ||
  (state.kind === 'waiting-elsewhere' && state.playable);

function CardFoot({
  session,
  state,
  focusPlay,
  onTalkAgain,
}: PartProps & Pick<Props, 'focusPlay'>) {
  const { recording } = session;
  const playable = recording && (isFolded(state) || state.kind === 'saving') ? recording : null;
  return (
    <div className="session-card__foot">
      {playable ? (
        <PlayButton
          recordingId={playable.id}
          words={state.kind === 'waiting-elsewhere' ? 'Play what is here' : 'Play session'}
          focus={focusPlay}
        />
      ) : null}
      <Button
        variant={playable ? 'quiet' : 'line'}
        className={playable ? 'session-card__again' : undefined}
        onClick={onTalkAgain}
      >
        Talk again
      </Button>
      <span className="session-card__fact">
        {recording && (state.kind === 'complete' || state.kind === 'gaps') ? (
          <>
            <LossBadge recording={recording} />
            <ClockNote recordingId={recording.id} />
          </>
        ) : null}
      </span>
      {playable && isFolded(state) ? <CardMenu recording={playable} /> : null}
    </div>
  );
}

function summary(state: CardState, firstWords: string): string {
  switch (state.kind) {
    case 'live':
      return 'This session is live in another tab or browser.';
    case 'saving':
      return state.words;
    case 'waiting-elsewhere':
      return 'The rest has not arrived. If you talked in another browser, open Reprise there to send it.';
    case 'never-connected':
      return 'Nobody was reached. Nothing was recorded.';
    case 'not-recorded':
      return 'You talked without recording.';
    default:
      return firstWords ? `“${firstWords}”` : 'No words were understood.';
  }
}

function PlayButton(props: {
  readonly recordingId: string;
  readonly words: string;
  readonly focus: (() => void) | null;
}) {
  const button = useRef<HTMLButtonElement>(null);
  const router = useRouter();
  useEffect(() => {
    if (!props.focus) return;
    button.current?.focus();
    props.focus();
  }, [props.focus]);
  return (
    <Button
      ref={button}
      variant="primary"
      icon={<Play className="lucide--fill" aria-hidden />}
      onClick={() => router.go(addresses.recording(props.recordingId))}
    >
      {props.words}
    </Button>
  );
}

function CardMenu({ recording }: { readonly recording: Recording }) {
  const erase = useEraseRecordings();
  const files = recordingFiles(recording.id);
  return (
    <Menu trigger={<IconButton label="More for this live session" icon={<Ellipsis />} />}>
      <MenuLink href={files.webm} download icon={<Download />}>
        Download film (WebM)
      </MenuLink>
      <MenuLink href={files.mcap} download icon={<Download />}>
        Download everything (MCAP)
      </MenuLink>
      <MenuItem icon={<Trash2 />} onSelect={() => erase([recording])}>
        Delete recording
      </MenuItem>
    </Menu>
  );
}
