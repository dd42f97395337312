import { useNavigate } from '@tanstack/react-router';
import { Download, Ellipsis, Play, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { Message } from '../../api/chats';
import { recordingFiles } from '../../api/recordings';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { formatDuration, formatFullDate, formatMoment } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem, MenuLink } from '../../ui/menu';
import { Progress } from '../../ui/progress';
import { type CardState, cardState, type LocalKnowledge } from './card-state';
import { LossBadge } from './loss-badge';
import './session-card.css';
import { SessionPicture } from './session-picture';
import { useEraseRecording } from './use-erase-recording';

type Props = {
  readonly session: Message['live_session'];
  readonly local: LocalKnowledge;
  /** Set right after hanging up: Play session takes focus and calls this. */
  readonly focusPlay: (() => void) | null;
  readonly onTalkAgain: () => void;
};

/** The place of a live session in the thread. Same size in every state that has media. */
export function SessionCard({ session, local, focusPlay, onTalkAgain }: Props) {
  const titleId = useId();
  const now = new Date();
  const state = cardState(session, local, now);
  const { recording } = session;
  if (state.kind === 'erased') return <p className="session-line">{state.words}</p>;

  if (state.kind === 'never-connected' || state.kind === 'not-recorded') {
    return (
      <article className="session-card session-card--small" aria-labelledby={titleId}>
        <div>
          <h2 id={titleId} className="session-card__title">
            Live session
          </h2>
          <p className="session-card__meta" title={formatFullDate(session.created_at)}>
            {formatMoment(session.created_at, now)} · {summary(state, '')}
          </p>
        </div>
        <Button variant="line" onClick={onTalkAgain}>
          {state.kind === 'never-connected' ? 'Try again' : 'Talk again'}
        </Button>
      </article>
    );
  }

  const playable =
    recording !== null &&
    (state.kind === 'saving' ||
      state.kind === 'complete' ||
      state.kind === 'gaps' ||
      (state.kind === 'waiting-elsewhere' && state.playable));
  const hasMedia = playable && state.kind !== 'saving';
  const length = recording?.duration_ms ? formatDuration(recording.duration_ms) : null;
  return (
    <article className="session-card" aria-labelledby={titleId}>
      <div className="session-card__top">
        <SessionPicture recordingId={hasMedia ? recording.id : null} length={length} />
        <div>
          <h2 id={titleId} className="session-card__title">
            {state.kind === 'live' ? <span className="dot dot--rec" aria-hidden /> : null}
            {state.kind === 'live' ? 'Live now' : 'Live session'}
          </h2>
          <p className="session-card__meta" title={formatFullDate(session.created_at)}>
            {formatMoment(session.created_at, now)}
          </p>
          <p className="session-card__words">{summary(state, recording?.first_words ?? '')}</p>
          {state.kind === 'saving' ? <Progress label={state.words} value={state.progress} /> : null}
        </div>
      </div>
      {state.kind === 'live' ? null : (
        <div className="session-card__foot">
          {playable ? (
            <PlayButton
              recordingId={recording.id}
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
            {state.kind === 'complete' ? <Badge tone="plain">Complete</Badge> : null}
            {state.kind === 'gaps' && recording ? (
              <LossBadge recordingId={recording.id} missingChunks={state.missingChunks} />
            ) : null}
          </span>
          {hasMedia ? <CardMenu recordingId={recording.id} /> : null}
        </div>
      )}
    </article>
  );
}

function summary(state: CardState, firstWords: string): string {
  switch (state.kind) {
    case 'live':
      return 'This session is live in another tab or browser.';
    case 'saving':
      return state.words;
    case 'waiting-elsewhere':
      return 'The rest is still in the browser you used. Open Reprise there to complete this session.';
    case 'never-connected':
      return 'Nobody was reached. Nothing was recorded.';
    case 'not-recorded':
      return 'You talked without recording.';
    default:
      return firstWords ? `“${firstWords}”` : 'Nobody spoke.';
  }
}

function PlayButton(props: {
  readonly recordingId: string;
  readonly words: string;
  readonly focus: (() => void) | null;
}) {
  const button = useRef<HTMLButtonElement>(null);
  const navigate = useNavigate();
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
      onClick={() =>
        navigate({ to: '/recordings/$recordingId', params: { recordingId: props.recordingId } })
      }
    >
      {props.words}
    </Button>
  );
}

function CardMenu(props: { readonly recordingId: string }) {
  const erase = useEraseRecording();
  const files = recordingFiles(props.recordingId);
  return (
    <Menu trigger={<IconButton label="More for this live session" icon={<Ellipsis />} />}>
      <MenuLink href={files.webm} download icon={<Download />}>
        Download film (WebM)
      </MenuLink>
      <MenuLink href={files.mcap} download icon={<Download />}>
        Download everything (MCAP)
      </MenuLink>
      <MenuItem icon={<Trash2 />} onSelect={() => erase(props.recordingId)}>
        Delete recording
      </MenuItem>
    </Menu>
  );
}
