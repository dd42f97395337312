import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { aboutQuery } from '../../api/about';
import type { LiveContext } from '../../api/answerers';
import type { Task } from '../../api/tasks';
import type { ConsentRecord } from '../../media/live-session';
import { Dialog } from '../../ui/dialog';
import { usuallyKept } from '../../ui/keep-words';
import {
  type ConsentPoint,
  consentText,
  giveConsent,
  rememberConsent,
  rememberedConsent,
} from './consent';
import { ConsentSheet } from './consent-sheet';
import { ProblemPanel } from './problem-panel';
import { StartDialog } from './start-dialog';
import { useAudience } from './use-audience';
import { useHistory } from './use-history';
import type { StartChoice } from './use-start';

type Props = {
  /** Another tab is live. */
  readonly elsewhere: boolean;
  /** In which chat; null: a new one. */
  readonly chatId: string | null;
  /** For which task; null: for none. */
  readonly task: Task | null;
  /** Where recordings are kept, in words. */
  readonly place: string;
  /** `consent` null: the talk is not recorded. */
  readonly onStart: (consent: ConsentRecord | null, choice: StartChoice) => void;
  readonly onOpenLibrary: () => void;
  readonly onClose: () => void;
};

/** First the consent, once; then the devices. */
export function StartFlow(props: Props) {
  const { data: about, errorUpdatedAt, refetch } = useQuery(aboutQuery);
  const audience = useAudience(props.chatId, about);
  const history = useHistory(props.chatId);
  if (about && audience !== undefined && history !== undefined) {
    return (
      <Steps
        {...props}
        history={history}
        points={consentText(about, props.place, audience, usuallyKept(about.retention))}
      />
    );
  }
  if (errorUpdatedAt === 0) return null;
  return (
    <Dialog width="narrow" title="Start a live session" onClose={props.onClose}>
      <ProblemPanel
        problem={{ kind: 'server-unreachable' }}
        about={undefined}
        level={3}
        onAction={() => refetch()}
      />
    </Dialog>
  );
}

type Step =
  | { readonly kind: 'consent' }
  | {
      readonly kind: 'devices';
      readonly consent: ConsentRecord | null;
      /** Start live was already pressed, on the sheet for the consent. */
      readonly startWhenReady: boolean;
    };

type StepsProps = Props & {
  readonly points: readonly ConsentPoint[];
  readonly history: LiveContext | null;
};

function Steps(props: StepsProps) {
  const { elsewhere, place, points, history, task, onStart, onOpenLibrary, onClose } = props;
  const [step, setStep] = useState<Step>(() => {
    const consent = rememberedConsent(points);
    return consent ? { kind: 'devices', consent, startWhenReady: false } : { kind: 'consent' };
  });
  const agree = (startWhenReady: boolean) => {
    const consent = giveConsent(points, Date.now());
    rememberConsent(consent);
    setStep({ kind: 'devices', consent, startWhenReady });
  };
  const withoutRecording = () => setStep({ kind: 'devices', consent: null, startWhenReady: false });
  if (step.kind === 'consent') {
    return (
      <ConsentSheet
        points={points}
        onStart={() => agree(true)}
        onCheckDevices={() => agree(false)}
        onWithoutRecording={withoutRecording}
        onClose={onClose}
      />
    );
  }
  const setRecorded = (recorded: boolean) => {
    if (!recorded) return withoutRecording();
    const consent = rememberedConsent(points);
    setStep(consent ? { kind: 'devices', consent, startWhenReady: false } : { kind: 'consent' });
  };
  return (
    <StartDialog
      elsewhere={elsewhere}
      recorded={step.consent !== null}
      // What the model is told is shown before it is sent.
      startWhenReady={step.startWhenReady && history === null && task === null}
      history={history}
      task={task}
      place={place}
      onRecordedChange={setRecorded}
      onStart={(choice) => onStart(step.consent, choice)}
      onOpenLibrary={onOpenLibrary}
      onClose={onClose}
    />
  );
}
