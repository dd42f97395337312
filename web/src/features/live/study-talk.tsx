import { type ReactNode, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { LiveSessionStart } from '../../api/live-sessions';
import { LiveProblemError, type LiveSession } from '../../media/live-session';
import { type Part, usePart } from '../../ui/part';
import type { LiveParts } from './live-engine-type';
import type { ShownTask } from './live-task';
import { noteWithdrawal } from './note-withdrawal';
import { grantOf, problemOf } from './request-grant';
import { sealedSeq } from './sealed-seq';
import { StudyDevices, type StudyDevicesChosen } from './study-devices';

type Props = {
  readonly parts: Part<Pick<LiveParts, 'createSession' | 'LiveView'>>;
  readonly appVersion: string;
  /** What the participant has agreed to. */
  readonly consent: { readonly version: number; readonly sha256: string };
  readonly camera: boolean;
  readonly task: ShownTask | null;
  readonly begin: (camera: boolean) => Promise<LiveSessionStart>;
  /** A talk has ended, and what could be sent is. */
  readonly onTalked: () => void;
  /** The participant takes the consent back, and wants the recording deleted. */
  readonly onWithdraw: () => void;
  /** What stands here while nobody talks. `start` is null while it cannot be pressed. */
  readonly children: (start: (() => void) | null, saving: boolean) => ReactNode;
};

/** The live session of a participant: with what the study says, without the rest of the app. */
export function StudyTalk(props: Props) {
  const { appVersion, consent, camera, task, begin, onTalked, onWithdraw } = props;
  const parts = usePart(props.parts, true);
  const [session, setSession] = useState<LiveSession | null>(null);
  const [saving, setSaving] = useState(false);
  const [checking, setChecking] = useState(false);
  const chosen = useRef<StudyDevicesChosen>({ microphone: null, camera: null });
  const runs = useRef(0);
  if (parts.kind === 'failed') return props.children(parts.retry, false);
  if (parts.kind === 'loading') return props.children(null, false);
  const { createSession, LiveView } = parts.value;
  const start = () => {
    runs.current += 1;
    setSession(
      createSession({
        requestGrant: async () => {
          try {
            return grantOf(await begin(camera), []);
          } catch (error) {
            throw new LiveProblemError(problemOf(error, 'the address of the model'));
          }
        },
        consent: {
          textVersion: `study v${consent.version}`,
          textSha256: consent.sha256,
          locale: navigator.language,
          givenUs: Date.now() * 1000,
          method: 'button',
          channels: ['microphone', ...(camera ? (['camera'] as const) : []), 'model', 'messages'],
        },
        microphone: { deviceId: chosen.current.microphone },
        camera: camera ? { deviceId: chosen.current.camera } : null,
        speakerId: null,
        appVersion,
      }),
    );
  };
  const leave = () => flushSync(() => setSession(null));
  const end = async (ended: Promise<void>) => {
    leave();
    setSaving(true);
    await ended.catch(() => {});
    setSaving(false);
    onTalked();
  };
  const checkDevices = () => setChecking(true);
  if (!session) {
    return (
      <>
        {props.children(checkDevices, saving)}
        {checking ? (
          <StudyDevices
            camera={camera}
            onClose={() => setChecking(false)}
            onStart={(devices) => {
              chosen.current = devices;
              setChecking(false);
              start();
            }}
          />
        ) : null}
      </>
    );
  }
  const withdraw = async (recording: 'keep' | 'erase') => {
    const ended = session.withdraw();
    const lastSeq = recording === 'keep' ? await sealedSeq(session, ended) : null;
    await noteWithdrawal(session.liveSessionId, recording, lastSeq, () => {});
    await end(ended);
    if (recording === 'erase') onWithdraw();
  };
  return (
    <LiveView
      key={runs.current}
      session={session}
      recorded
      about={undefined}
      chatId={null}
      task={task}
      guest={{ camera }}
      onHangUp={() => void end(session.hangUp())}
      onWithdraw={(recording) => void withdraw(recording)}
      onStartAgain={start}
      onCheckDevices={() => {
        leave();
        checkDevices();
      }}
      onLeave={() => {
        leave();
        onTalked();
      }}
      onLogIn={() => {}} // nobody has a login here
      onPlay={() => {}}
      onOpenLibrary={leave}
    />
  );
}
