import { CircleCheck, DoorClosed, Link2Off } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import {
  answerQuestionnaires,
  endStudyTalk,
  giveStudyConsent,
  type Participation,
  withdrawFromStudy,
} from '../../api/participation';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { FailedSentence } from '../../ui/failed-sentence';
import { Mark } from '../../ui/mark';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { troubleOf } from './link-trouble';
import './participant.css';
import { QuestionnaireForm } from './questionnaire-form';
import { useParticipation } from './use-participation';
import { WithdrawStudy } from './withdraw-study';

/** What the talk of a participant needs to be shown. */
export type TalkProps = {
  readonly participation: Participation;
  /** Loads anew how far they are. */
  readonly onTalked: () => void;
  readonly onWithdraw: () => void;
  readonly children: (start: (() => void) | null, saving: boolean) => ReactNode;
};

type Props = {
  /** The live session, as another feature shows it. */
  readonly talk: (props: TalkProps) => ReactNode;
};

/** What somebody sees who takes part in a study by a link, and nothing else of the app. */
export function ParticipantPage({ talk }: Props) {
  const { secret, state, update, fail } = useParticipation();
  const stage = state.kind === 'open' ? state.participation.stage : state.kind;
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each stage is a new page
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('h1')?.focus();
    scrollTo(0, 0);
  }, [stage]);
  useEffect(() => {
    document.title = 'Study';
  }, []);
  if (state.kind === 'opening') {
    return (
      <Framed box={box}>
        <Skeleton height="72px" />
      </Framed>
    );
  }
  if (state.kind === 'failed') {
    const trouble = troubleOf(state.error);
    return (
      <Framed box={box}>
        {trouble ? (
          <Panel level={1} icon={<Link2Off aria-hidden />} title={trouble.title}>
            {trouble.text}
          </Panel>
        ) : (
          <FailedPanel
            level={1}
            title="The study could not be opened"
            error={state.error}
            onRetry={state.retry}
          />
        )}
      </Framed>
    );
  }
  const { participation } = state;
  const withdraw = () => withdrawFromStudy().then(update);
  const foot = (
    <footer className="participant__foot">
      <span>You are P{participation.number}. You may stop at any time.</span>
      <WithdrawStudy onWithdraw={withdraw} />
    </footer>
  );
  switch (participation.stage) {
    case 'invited':
      return (
        <Framed box={box}>
          <Consent
            participation={participation}
            onAgree={() =>
              giveStudyConsent(secret, participation.consent.version).then(update, (error) => {
                if (troubleOf(error)) fail(error);
                else throw error;
              })
            }
          />
        </Framed>
      );
    case 'before':
    case 'after': {
      const part = participation.stage;
      return (
        <Framed box={box}>
          <h1 tabIndex={-1}>{part === 'before' ? 'Before you talk' : 'After the talk'}</h1>
          <QuestionnaireForm
            key={part}
            questionnaires={participation.questionnaires}
            onAnswer={(answers) => answerQuestionnaires(part, answers).then(update)}
          />
          {foot}
        </Framed>
      );
    }
    case 'talk':
      return talk({
        participation,
        onTalked: () => update({ ...participation, talks: participation.talks + 1 }),
        onWithdraw: () => void withdraw().catch(fail),
        children: (start, saving) => (
          <Framed box={box}>
            <Talk {...{ participation, start, saving }} onEnd={() => endStudyTalk().then(update)} />
            {foot}
          </Framed>
        ),
      });
    case 'done':
      return (
        <Framed box={box}>
          <Panel level={1} icon={<CircleCheck aria-hidden />} title="Thank you">
            Your part is complete, and everything is saved. You can close this page.
          </Panel>
          {foot}
        </Framed>
      );
    case 'withdrawn':
      return (
        <Framed box={box}>
          <Panel level={1} icon={<DoorClosed aria-hidden />} title="You no longer take part">
            Your answers and your recordings are deleted. You can close this page.
          </Panel>
        </Framed>
      );
  }
}

const Framed = (props: {
  readonly box: React.RefObject<HTMLDivElement | null>;
  readonly children: ReactNode;
}) => (
  <main className="participant" id="main">
    <div ref={props.box} className="participant__inner">
      <Mark size={32} />
      {props.children}
    </div>
  </main>
);

/** A button whose work may fail. */
function useWork(work: () => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run = () => {
    setBusy(true);
    setFailure(null);
    work()
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return { busy, run, words: <FailedSentence error={failure} /> };
}

function whoHears({ answered_by, camera }: Participation): string {
  if (answered_by === 'emulator') {
    return 'A program of this server answers you, as a test: what you say goes to no other company.';
  }
  return camera
    ? 'Your voice and pictures go to Google, whose model answers you.'
    : 'Your voice goes to Google, whose model answers you.';
}

function Consent(props: {
  readonly participation: Participation;
  readonly onAgree: () => Promise<unknown>;
}) {
  const { participation, onAgree } = props;
  const agree = useWork(onAgree);
  return (
    <>
      <h1 tabIndex={-1} dir="auto">
        {participation.title}
      </h1>
      <p>You are invited to take part in this study. Please read this first.</p>
      <div className="participant__consent" dir="auto">
        {participation.consent.text}
      </div>
      <p className="participant__facts">
        You talk to an AI, not to a person. Your microphone
        {participation.camera ? ', your camera while you have it on,' : ''} and its voice are
        recorded for the people who run this study. {whoHears(participation)} You can stop at any
        time and have it all deleted.
      </p>
      {agree.words}
      <div>
        <Button variant="primary" size="big" loading={agree.busy} onClick={agree.run}>
          I agree and take part
        </Button>
      </div>
    </>
  );
}

type TalkStageProps = {
  readonly participation: Participation;
  readonly start: (() => void) | null;
  readonly saving: boolean;
  readonly onEnd: () => Promise<unknown>;
};

function Talk({ participation, start, saving, onEnd }: TalkStageProps) {
  const { task, talks, camera } = participation;
  const end = useWork(onEnd);
  const heading = useRef<HTMLHeadingElement>(null);
  // Also after a live session, whose controls had the focus.
  useEffect(() => heading.current?.focus(), []);
  const has = talks > 0;
  return (
    <>
      <h1 ref={heading} tabIndex={-1} dir="auto">
        {task?.title ?? participation.title}
      </h1>
      {task?.text ? (
        <p className="participant__text" dir="auto">
          {task.text}
        </p>
      ) : null}
      {task && task.steps.length > 0 ? (
        <ol className="participant__steps" aria-label="Steps">
          {task.steps.map((step) => (
            <li key={step.id} dir="auto">
              {step.text}
              {step.criterion ? <small>{step.criterion}</small> : null}
            </li>
          ))}
        </ol>
      ) : null}
      <p role="status">
        {saving
          ? 'Your talk is being saved. Please wait a moment.'
          : has
            ? 'Your talk is saved. Go on, or talk once more if it broke off.'
            : `The browser asks for your microphone${camera ? ' and camera' : ''}. Hang up when you are done.`}
      </p>
      {end.words}
      <div className="participant__acts">
        {has ? (
          <Button variant="primary" size="big" loading={end.busy || saving} onClick={end.run}>
            Go on
          </Button>
        ) : null}
        <Button
          variant={has ? 'line' : 'primary'}
          size="big"
          loading={start === null || (saving && !has)}
          onClick={() => start?.()}
        >
          {has ? 'Talk once more' : 'Start talking'}
        </Button>
      </div>
    </>
  );
}
