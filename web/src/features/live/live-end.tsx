import { Cable } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { About } from '../../api/about';
import type { LiveProblem, LiveSnapshot } from '../../media/live-session';
import { Button } from '../../ui/button';
import { Panel } from '../../ui/panel';
import { recordedWords } from './kept-words';
import { ProblemPanel } from './problem-panel';

type Props = {
  readonly end: NonNullable<LiveSnapshot['end']>;
  /** The recording of the session; null when there is none. */
  readonly recordingId: string | null;
  readonly length: string | null;
  /** What the record lacks and what waits, as of the end of the session. */
  readonly snapshot: Pick<LiveSnapshot, 'notRecorded' | 'spool'>;
  readonly about: About | undefined;
  readonly onStartAgain: () => void;
  readonly onCheckDevices: () => void;
  readonly onPlay: (recordingId: string) => void;
  /** A participant of a study, who has no chat and cannot play it. */
  readonly guest?: unknown;
  readonly onLeave: () => void;
  readonly onOpenLibrary: () => void;
};

const kDeviceProblems: ReadonlySet<LiveProblem['kind']> = new Set([
  'microphone-blocked',
  'microphone-busy',
  'microphone-failed',
  'camera-blocked',
  'camera-busy',
  'camera-failed',
  'no-microphone',
  'no-camera',
] as const);

/** Every way on with devices leads to the start dialog, which offers this when no device is open. */
const kDialogDecides = ['write-only'] as const;

/** Shown when a session ended by itself: what happened, what is kept, and what to do. */
export function LiveEnd(props: Props) {
  const {
    end,
    recordingId,
    length,
    about,
    onStartAgain,
    onCheckDevices,
    onPlay,
    onLeave,
    onOpenLibrary,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector('h1')?.focus(), []);
  const back = props.guest ? 'Back to the study' : 'Back to chat';
  const neverLive = end.reason === 'never_connected';
  if (neverLive && end.problem) {
    return (
      <div ref={box} className="live__end">
        <ProblemPanel
          level={1}
          problem={end.problem}
          about={about}
          without={kDialogDecides}
          extra={<Button onClick={onLeave}>{back}</Button>}
          onAction={(action) => {
            if (action === 'open-library') onOpenLibrary();
            else if (end.problem && kDeviceProblems.has(end.problem.kind)) onCheckDevices();
            else onStartAgain();
          }}
        />
      </div>
    );
  }
  const kept =
    recordingId && length && !neverLive
      ? recordedWords(length, props.snapshot)
      : 'Nothing was recorded.';
  return (
    <div ref={box} className="live__end" role="alert">
      <Panel
        level={1}
        icon={<Cable aria-hidden />}
        tone="error"
        title={endTitle(end)}
        actions={
          <>
            <Button variant="primary" onClick={onStartAgain}>
              Start again
            </Button>
            {recordingId && !neverLive && !props.guest ? (
              <Button variant="line" onClick={() => onPlay(recordingId)}>
                Play session
              </Button>
            ) : null}
            <Button onClick={onLeave}>{back}</Button>
          </>
        }
      >
        {endText(end)} {kept}
      </Panel>
    </div>
  );
}

function endTitle({ reason, problem }: Props['end']): string {
  if (problem?.kind === 'model-refused') return 'The model ended the session';
  if (problem?.kind === 'resume-refused') return 'The talk could not be continued';
  return reason === 'error' ? 'The session could not go on' : 'The connection was lost';
}

function endText({ problem }: Props['end']): string {
  if (problem?.kind === 'model-refused' && problem.reason) {
    return `Its reason: ${sentence(problem.reason)}`;
  }
  if (problem?.kind === 'resume-refused') {
    const reason = problem.reason ? ` Its reason: ${sentence(problem.reason)}` : '';
    return `The connection ended, and the model did not take the talk up again.${reason} You can start again in the same chat.`;
  }
  if (problem?.kind === 'unexpected') return problem.message;
  return 'The model does not answer any more. You can start again in the same chat.';
}

/** Ends the reason with a full stop, which some reasons lack. */
const sentence = (reason: string): string => (/[.!?]$/.test(reason) ? reason : `${reason}.`);
