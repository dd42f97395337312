import { useQuery } from '@tanstack/react-query';
import {
  CalendarClock,
  ChevronLeft,
  CircleAlert,
  Ellipsis,
  Hourglass,
  MessageCircleQuestionMark,
  Pencil,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../api/api-error';
import { type Recording, type RecordingView, recordingQuery } from '../../api/recordings';
import type { PlayerEngine } from '../../media/player/player-engine';
import { clockDifference } from '../../ui/clock-difference';
import { FailedPanel } from '../../ui/failed-panel';
import { giveToComposer } from '../../ui/for-composer';
import { formatFullDate, formatMoment, formatMomentWithin } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { keptFact } from '../../ui/keep-words';
import { kNothingRecorded } from '../../ui/loss';
import { Menu, MenuItem } from '../../ui/menu';
import { Panel } from '../../ui/panel';
import { PortalHost } from '../../ui/portal-host';
import { recordingTitle } from '../../ui/recording-title';
import { addresses } from '../../ui/router/addresses';
import { useRouter } from '../../ui/router/router-context';
import { Skeleton } from '../../ui/skeleton';
import { TitleField } from '../../ui/title-field';
import { useRenameRecording } from '../../ui/use-rename-recording';
import { DownloadMenu } from './download-menu';
import { LossPopover } from './loss-popover';
import { pictureFile, questionAbout } from './moment';
import { isPlayable, Player } from './player';
import './player-page.css';

type Props = {
  readonly recordingId: string;
  readonly notFound: ReactNode;
  readonly onDelete: (recording: Recording) => void;
  readonly onKeep: (recording: Recording) => void;
  /** The page before; null: there is none. Left out: its chat, or the list of what is shared. */
  readonly back?: string | null;
  /** Of the owner: who can see it. `now` gives the moment in the film, if there is one. */
  readonly sharing?: (recording: Recording, now: () => number | null) => ReactNode;
  /** Whose account this is, at the end of the header: this page has no sidebar. */
  readonly account?: ReactNode;
};

/**
 * How often the manifest is requested again while the server folds. After a hang-up that takes less than half a second,
 * so the first two seconds are watched closely.
 */
const kSoonMs = 100;
const kSoonAnswers = 20;
const kLaterMs = 300;

/** It never was, was deleted, or is not shared any more. Also 401: the login page comes before this. */
const kAbsent: readonly number[] = [401, 404, 410];

/** One recording: header, picture, transcript, timeline. */
export function PlayerPage(props: Props) {
  const { recordingId, notFound, onDelete, onKeep, back, sharing, account } = props;
  const [engine, setEngine] = useState<PlayerEngine | null>(null);
  const [page, setPage] = useState<HTMLElement | null>(null);
  const query = recordingQuery(recordingId);
  const { data, error, refetch } = useQuery({
    ...query,
    refetchInterval: (asked) =>
      asked.state.data?.media === null
        ? asked.state.dataUpdateCount < kSoonAnswers
          ? kSoonMs
          : kLaterMs
        : query.refetchInterval(asked),
  });
  if (error instanceof ApiError && kAbsent.includes(error.status ?? 0)) return notFound;
  if (error && !data) {
    return (
      <FailedPanel
        level={1}
        title="The recording could not be opened"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data) return <Loading />;
  return (
    <div ref={setPage} className="player">
      {/* In full screen nothing outside this element is seen. */}
      <PortalHost.Provider value={page}>
        <Header
          view={data}
          engine={engine}
          back={back === undefined ? placeBefore(data) : back}
          sharing={sharing?.(data.recording, () => engine?.timeMs() ?? null) ?? null}
          onDelete={() => onDelete(data.recording)}
          onKeep={() => onKeep(data.recording)}
          account={account}
        />
        {isPlayable(data) ? (
          <Player
            key={data.media.url}
            view={data}
            from={engine ? { ms: engine.timeMs(), play: engine.snapshot().playing } : null}
            onEngine={setEngine}
          />
        ) : (
          <div className="player__not-yet">
            <NotYet view={data} />
          </div>
        )}
      </PortalHost.Provider>
    </div>
  );
}

const placeBefore = ({ recording }: RecordingView) =>
  recording.chat_id === null ? '/shared' : addresses.chat(recording.chat_id);

type HeaderProps = {
  readonly view: RecordingView;
  readonly engine: PlayerEngine | null;
  readonly back: string | null;
  readonly sharing: ReactNode;
  readonly onDelete: () => void;
  readonly onKeep: () => void;
  readonly account: ReactNode;
};

function Header({ view, engine, back, sharing, onDelete, onKeep, account }: HeaderProps) {
  const router = useRouter();
  const { recording, shared } = view;
  const [renaming, setRenaming] = useState(false);
  const rename = useRenameRecording();
  const difference = clockDifference(view.started_at, view.device_started_at);
  const kept = shared ? null : keptFact(recording, new Date());
  return (
    <header className="player__header" data-renames>
      {back === null ? null : (
        <IconButton
          label={shared ? 'Back' : 'Back to chat'}
          icon={<ChevronLeft />}
          onClick={() => router.go(back)}
        />
      )}
      <div className="player__title">
        {renaming ? (
          <TitleField
            label="Title of the recording"
            title={recording.title ?? ''}
            placeholder={recordingTitle(recording)}
            onSave={(title) => {
              rename(recording, title);
              setRenaming(false);
            }}
            onCancel={() => setRenaming(false)}
          />
        ) : null}
        <h1
          className={renaming ? 'visually-hidden' : undefined}
          tabIndex={-1}
          onPointerEnter={(event) => {
            event.currentTarget.title = formatFullDate(recording.created_at);
          }}
        >
          {recording.title === null ? (
            <>
              <span className="player__kind">Live session, </span>
              {formatMomentWithin(recording.created_at, new Date())}
            </>
          ) : (
            <bdi>{recording.title}</bdi>
          )}
        </h1>
        <div className="player__facts">
          {recording.title === null ? null : `${formatMoment(recording.created_at, new Date())} · `}
          {shared ? <SharedBy from={shared.from} /> : <bdi>{view.chat_title}</bdi>}
          {view.model ? (
            <>
              {' · '}
              <bdi>{view.model}</bdi>
            </>
          ) : null}
          {difference ? ` · ${difference}` : null}
          {kept ? ` · ${kept}` : null}
        </div>
      </div>
      <a className="player__skip" href="#seek">
        Skip to Seek
      </a>
      {/* Nothing can be said about a session that still runs or has no film. */}
      {isPlayable(view) ? (
        <LossPopover
          loss={view.refolding ? null : view.loss}
          storedBytes={recording.stored_bytes}
          mediaBytes={view.media.bytes}
          onSeek={(ms) => engine?.seek(ms)}
        />
      ) : null}
      {shared ? null : sharing}
      <DownloadMenu view={view} />
      {shared ? null : (
        <Menu trigger={<IconButton label="More for this recording" icon={<Ellipsis />} />}>
          {engine && recording.chat_id !== null ? (
            <MenuItem
              icon={<MessageCircleQuestionMark />}
              onSelect={() => void ask(view, engine, (address) => router.go(address))}
            >
              Ask about this moment
            </MenuItem>
          ) : null}
          <MenuItem icon={<Pencil />} onSelect={() => setTimeout(() => setRenaming(true))}>
            Rename
          </MenuItem>
          <MenuItem icon={<CalendarClock />} onSelect={onKeep}>
            How long it is kept…
          </MenuItem>
          <MenuItem icon={<Trash2 />} onSelect={onDelete}>
            Delete recording
          </MenuItem>
        </Menu>
      )}
      {account ? <div className="player__account">{account}</div> : null}
    </header>
  );
}

/** Opens the chat with the picture and the words of the moment in its composer. */
async function ask(view: RecordingView, engine: PlayerEngine, go: (address: string) => void) {
  const chat = view.recording.chat_id;
  if (chat === null) return;
  const ms = engine.timeMs();
  const picture = await pictureFile(engine.video, ms);
  giveToComposer(chat, { files: picture ? [picture] : [], text: questionAbout(view, ms) });
  go(addresses.chat(chat));
}

const SharedBy = ({ from }: { readonly from: string | null }) =>
  from === null ? (
    'Shared by a link'
  ) : (
    <>
      Shared by <bdi>{from}</bdi>
    </>
  );

const Loading = () => (
  <div className="player" aria-busy="true">
    <header className="player__header">
      <h1 className="visually-hidden" tabIndex={-1}>
        Live session
      </h1>
      <Skeleton width="240px" height="20px" />
    </header>
    <div className="player__desk">
      <Skeleton height="100%" />
      <Skeleton height="100%" />
    </div>
  </div>
);

/** Shown when the recording is still running, or when nothing of it has arrived. */
function NotYet({ view }: { readonly view: RecordingView }) {
  const { state, quiet, chunks_stored: chunks, last_seq: last } = view.recording;
  if (state === 'recording' && quiet) {
    return (
      <Panel icon={<Hourglass />} title="Nothing comes from this session any more">
        Its tab or its network is gone; {chunks} seconds are stored. The rest comes when Reprise is
        opened in that browser. Otherwise it ends by itself in some minutes, and can be played.
      </Panel>
    );
  }
  if (state === 'recording') {
    return (
      <Panel icon={<Hourglass />} title="This session is still running">
        It can be played as soon as it has ended. {chunks} seconds are stored.
      </Panel>
    );
  }
  if (last === kNothingRecorded || chunks === 0) {
    return (
      <Panel icon={<CircleAlert />} title="Nothing was recorded">
        The session ended before the first second arrived.
      </Panel>
    );
  }
  return (
    <Panel icon={<Hourglass />} title="Preparing the film">
      This takes about a second.
    </Panel>
  );
}
