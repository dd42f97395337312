import { useQuery } from '@tanstack/react-query';
import { Bookmark, Keyboard, Mic, MicOff, PhoneOff, Video, VideoOff } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { About } from '../../api/about';
import { chatQuery } from '../../api/chats';
import type { LiveSession, LiveSnapshot } from '../../media/live-session';
import { isolated } from '../../media/text';
import { classNames } from '../../ui/class-names';
import { formatDuration } from '../../ui/format';
import { LiveControl } from '../../ui/live-control';
import { useBlock } from '../../ui/router/use-block';
import { toasts } from '../../ui/toasts';
import { useShortcuts } from '../../ui/use-shortcuts';
import { firstWords } from './first-words';
import { isOpening, LiveCamera } from './live-camera';
import { LiveCaptions } from './live-captions';
import { LiveComposer } from './live-composer';
import { LiveEnd } from './live-end';
import { LiveHeader } from './live-header';
import { LiveNote } from './live-note';
import { LiveSeam } from './live-seam';
import { LiveTask, type ShownTask } from './live-task';
import './live-view.css';
import { useSession } from './use-session';
import { type Withdrawal, WithdrawDialog } from './withdraw-dialog';

type Props = {
  readonly session: LiveSession;
  /** Whether this session is recorded at all. */
  readonly recorded: boolean;
  readonly about: About | undefined;
  /** Null until the session has created the chat. */
  readonly chatId: string | null;
  /** The task that it is held for. */
  readonly task?: ShownTask | null;
  /** A participant of a study: the recording and the task are somebody else's. */
  readonly guest?: { readonly camera: boolean };
  readonly onHangUp: () => void;
  readonly onWithdraw: (recording: Withdrawal) => void;
  readonly onStartAgain: () => void;
  /** Opens the start dialog, to check the devices. */
  readonly onCheckDevices: () => void;
  readonly onLeave: () => void;
  /** Opens the dialog to log in again. */
  readonly onLogIn: () => void;
  readonly onPlay: (recordingId: string) => void;
  readonly onOpenLibrary: () => void;
};

/** Fills the whole window while a session is live. */
export function LiveView(props: Props) {
  const { session, recorded, chatId, guest, onHangUp } = props;
  const snapshot = useSession(session);
  const [captionsOn, setCaptionsOn] = useState(true);
  const [readAloud, setReadAloud] = useState(false);
  const [withdrawing, setWithdrawing] = useState(false);
  const [cameraComes, setCameraComes] = useState(false);
  const opening = !snapshot.preview && (cameraComes || isOpening(snapshot));
  const { field, writing, setWriting, draft, setDraft } = useWriting(snapshot);
  const waits = waitsFor(snapshot);
  const ended = snapshot.state === 'ended';
  const length = useLength(snapshot);
  const title = useQuery({ ...chatQuery(chatId ?? ''), enabled: chatId !== null }).data?.title;
  // The engine asks before the window is closed.
  useBlock(!ended, () => window.confirm('You are in a live session. Leave it?'));
  const toggleMuted = () => session.setMuted(!session.snapshot().muted);
  const toggleCamera = () => {
    const on = !session.snapshot().cameraOn;
    setCameraComes(on);
    session
      .setCamera(on)
      .catch(() => {
        toasts.show('The camera cannot be opened. Your voice goes on.', { tone: 'error' });
      })
      .finally(() => setCameraComes(false));
  };
  const mark = () => {
    session.mark();
    const { startedAtMs } = session.snapshot();
    const at = startedAtMs === null ? '' : ` at ${formatDuration(performance.now() - startedAtMs)}`;
    toasts.show(`Marked${at}. You find it in the player.`);
  };
  // Without a record there is no place for a mark.
  const marks = recorded && !guest;
  const canMark = marks && snapshot.state === 'live';
  const hasCamera = guest?.camera ?? true;
  useShortcuts(
    ended
      ? {}
      : {
          m: (event) => event.repeat || toggleMuted(),
          ...(hasCamera ? { v: (event: KeyboardEvent) => event.repeat || toggleCamera() } : {}),
          c: () => setCaptionsOn(!captionsOn),
          w: () => setWriting(!writing),
          ...(canMark ? { b: (event: KeyboardEvent) => event.repeat || mark() } : {}),
          'Shift+H': onHangUp,
        },
  );
  const examples = useMemo(() => firstWords(props.about?.answers), [props.about?.answers]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    document.title = title ? `Live · ${isolated(title)} · Reprise` : 'Live · Reprise';
  }, [title]);

  if (ended && snapshot.end && snapshot.end.reason !== 'hangup') {
    return (
      <main className="live" id="main">
        <span />
        <span />
        <LiveEnd
          {...props}
          end={snapshot.end}
          recordingId={session.recordingId}
          length={length}
          snapshot={snapshot}
        />
      </main>
    );
  }
  return (
    <main className="live" id="main">
      <h1 ref={heading} tabIndex={-1} className="visually-hidden">
        {title ? `Live session in “${isolated(title)}”` : 'Live session'}
      </h1>
      <LiveHeader
        session={session}
        snapshot={snapshot}
        recorded={recorded}
        chatTitle={title ?? ''}
        readAloud={readAloud}
        onReadAloud={setReadAloud}
        onWithdraw={recorded && snapshot.state === 'live' ? () => setWithdrawing(true) : null}
      />
      {withdrawing ? (
        <WithdrawDialog onWithdraw={props.onWithdraw} onClose={() => setWithdrawing(false)} />
      ) : null}
      <div className="live__note">
        <LiveNote
          snapshot={snapshot}
          recorded={recorded}
          onReconnect={() => session.reconnect()}
          onLogIn={props.onLogIn}
          onHangUp={onHangUp}
        />
      </div>
      <section
        className={classNames('live__stage', !captionsOn && !props.task && 'live__stage--wordless')}
        aria-label="Live session"
      >
        <LiveCamera session={session} snapshot={snapshot} opening={opening} />
        {captionsOn || writing || props.task ? (
          <div className="live__words">
            {props.task ? <LiveTask task={props.task} session={session} saves={!guest} /> : null}
            {captionsOn ? (
              <LiveCaptions
                captions={snapshot.captions}
                examples={waits === null ? examples : kNone}
                canTalk={snapshot.microphone !== null}
                onSay={(words) => session.sendText(words)}
                readAloud={readAloud}
              />
            ) : null}
            {writing ? (
              <LiveComposer
                field={field}
                text={draft}
                onText={setDraft}
                waitsFor={waits}
                onSend={(text) => session.sendText(text)}
              />
            ) : null}
          </div>
        ) : null}
      </section>
      {snapshot.preview || opening ? <LiveSeam session={session} /> : <span />}
      <footer className="live__controls">
        <span className="live__hint">{hintWords(snapshot)}</span>
        <LiveButtons
          snapshot={snapshot}
          writing={writing}
          onWrite={() => setWriting(!writing)}
          onMute={toggleMuted}
          onCamera={hasCamera ? toggleCamera : null}
          marks={marks}
          onMark={canMark ? mark : null}
          onHangUp={onHangUp}
        />
        <span className="live__hints" aria-hidden>
          <span>
            <kbd>M</kbd> mute
          </span>
          {hasCamera ? (
            <span>
              <kbd>V</kbd> camera
            </span>
          ) : null}
          <span>
            <kbd>?</kbd> all keys
          </span>
        </span>
      </footer>
    </main>
  );
}

const kNone: readonly string[] = [];

/** What the person can do now. */
function hintWords({ microphone, muted, state }: LiveSnapshot): string {
  if (state === 'live' && !microphone) return 'The model cannot hear you. Write to it.';
  return muted
    ? 'You are muted. The model does not hear you.'
    : 'Just talk. Cut in whenever you like.';
}

/** Why text cannot be sent now; null: it can. */
function waitsFor({ state, connection }: LiveSnapshot): string | null {
  if (state === 'live' && (connection === 'connected' || connection === 'slow')) return null;
  return state === 'ending'
    ? 'The session is ending.'
    : 'There is no connection yet. Wait a moment.';
}

/** The field for writing: opens by itself where there is no microphone, otherwise on request. */
function useWriting({ state, microphone }: LiveSnapshot) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [draft, setDraft] = useState('');
  const writing = wanted ?? (state === 'live' && !microphone);
  useEffect(() => {
    if (wanted) field.current?.focus();
  }, [wanted]);
  return { field, writing, setWriting: setWanted, draft, setDraft };
}

type ButtonsProps = {
  readonly snapshot: LiveSnapshot;
  readonly writing: boolean;
  readonly onWrite: () => void;
  readonly onMute: () => void;
  /** Null: there are no pictures. */
  readonly onCamera: (() => void) | null;
  /** Moments of this session can be marked while it runs. */
  readonly marks: boolean;
  /** Null: nothing can be marked now. */
  readonly onMark: (() => void) | null;
  readonly onHangUp: () => void;
};

const LiveButtons = (props: ButtonsProps) => {
  const { snapshot, writing, onWrite, onMute, onCamera, marks, onMark, onHangUp } = props;
  // While the session opens, nothing is known of the microphone.
  const deaf = snapshot.state === 'live' && !snapshot.microphone;
  return (
    <div className="live__set" role="toolbar" aria-label="Live controls">
      <LiveControl
        label="Mute microphone"
        word={deaf ? 'No mic' : 'Mute'}
        shortcut="M"
        icon={snapshot.muted || deaf ? <MicOff aria-hidden /> : <Mic aria-hidden />}
        pressed={snapshot.muted}
        off={snapshot.muted}
        onPress={onMute}
      />
      {onCamera ? (
        <LiveControl
          label="Turn camera off"
          word={snapshot.cameraOn ? 'Camera' : 'Camera off'}
          shortcut="V"
          icon={snapshot.cameraOn ? <Video aria-hidden /> : <VideoOff aria-hidden />}
          pressed={!snapshot.cameraOn}
          off={!snapshot.cameraOn}
          onPress={onCamera}
        />
      ) : null}
      <LiveControl
        label="Write"
        word="Write"
        shortcut="W"
        icon={<Keyboard aria-hidden />}
        pressed={writing}
        onPress={onWrite}
      />
      {onMark ? (
        <LiveControl
          label="Mark this moment"
          word="Mark"
          shortcut="B"
          icon={<Bookmark aria-hidden />}
          onPress={onMark}
        />
      ) : marks ? (
        <span className="live-control" />
      ) : null}
      <LiveControl
        stop
        label="Hang up"
        word="Hang up"
        shortcut="Shift H"
        icon={<PhoneOff aria-hidden />}
        onPress={onHangUp}
      />
    </div>
  );
};

/** The session's length at its end; null before it began. Known in the first picture of the end, which is read aloud. */
function useLength({ startedAtMs, state }: LiveSnapshot): string | null {
  const [endedAtMs, setEndedAtMs] = useState<number | null>(null);
  if (state === 'ended' && endedAtMs === null) setEndedAtMs(performance.now());
  if (startedAtMs === null || endedAtMs === null) return null;
  return formatDuration(endedAtMs - startedAtMs);
}
