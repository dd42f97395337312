import { useEffect, useState } from 'react';
import type { LiveSession, LiveSnapshot } from '../../media/live-session';
import { formatDuration, spokenDuration } from '../../ui/format';
import { connectionWords } from './connection-words';
import { LiveSettings } from './live-settings';

type Props = {
  readonly session: LiveSession;
  readonly snapshot: LiveSnapshot;
  readonly recorded: boolean;
  readonly chatTitle: string;
  readonly readAloud: boolean;
  readonly onReadAloud: (on: boolean) => void;
  readonly onWithdraw: (() => void) | null;
};

/** Whether the session is recorded, for how long, where, and the state of the connection. Cannot be hidden. */
export function LiveHeader(props: Props) {
  const { session, snapshot, recorded, chatTitle, readAloud, onReadAloud } = props;
  const { words, dot } = connectionWords(snapshot, recorded);
  return (
    <header className="live__header">
      <span className="live__recording">
        <span className={snapshot.recording ? 'dot dot--rec' : 'dot'} aria-hidden />
        {recordingWords(snapshot, recorded)}
        <Timer startedAtMs={snapshot.startedAtMs} running={snapshot.state === 'live'} />
      </span>
      <span className="live__chat" dir="auto">
        {chatTitle}
      </span>
      <span className="live__state" role="status">
        <span className={`dot dot--${dot}`} aria-hidden />
        <span className="live__state-words">{words}</span>
      </span>
      <LiveSettings
        session={session}
        snapshot={snapshot}
        readAloud={readAloud}
        onReadAloud={onReadAloud}
        onWithdraw={props.onWithdraw}
      />
    </header>
  );
}

/** The words beside the dot. They say "Recording" only while samples reach the journal. */
export function recordingWords(
  { recording, state }: Pick<LiveSnapshot, 'recording' | 'state'>,
  recorded: boolean,
): string {
  if (!recorded) return 'Not recorded';
  if (recording) return 'Recording';
  return state === 'preparing' ? 'Getting ready' : 'Not recording';
}

function Timer(props: { readonly startedAtMs: number | null; readonly running: boolean }) {
  const { startedAtMs, running } = props;
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    if (startedAtMs === null || !running) return;
    const tick = () => setElapsedMs(performance.now() - startedAtMs);
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [startedAtMs, running]);
  if (startedAtMs === null) return null;
  return (
    <span className="time" role="timer" aria-label={spokenDuration(elapsedMs)}>
      {formatDuration(elapsedMs)}
    </span>
  );
}
