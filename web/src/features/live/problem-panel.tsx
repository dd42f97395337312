import {
  CircleAlert,
  HardDrive,
  KeyRound,
  Lock,
  MicOff,
  MonitorX,
  PanelsTopLeft,
  PhoneOff,
  Unplug,
  VideoOff,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { About } from '../../api/about';
import type { LiveProblem } from '../../media/live-session';
import { Button } from '../../ui/button';
import { buttonClass } from '../../ui/button-class';
import { Panel } from '../../ui/panel';
import { bothDevicesWords } from './both-devices-words';
import { kActionWords, type ProblemAction, problemWords } from './problem-words';

const kIcons: Readonly<Record<LiveProblem['kind'], ReactNode>> = {
  'microphone-blocked': <Lock aria-hidden />,
  'camera-blocked': <Lock aria-hidden />,
  'microphone-busy': <MicOff aria-hidden />,
  'microphone-failed': <MicOff aria-hidden />,
  'camera-busy': <VideoOff aria-hidden />,
  'camera-failed': <VideoOff aria-hidden />,
  'no-microphone': <MicOff aria-hidden />,
  'no-camera': <VideoOff aria-hidden />,
  'server-unreachable': <CircleAlert aria-hidden />,
  'disk-full': <HardDrive aria-hidden />,
  'open-elsewhere': <PanelsTopLeft aria-hidden />,
  'model-unreachable': <Unplug aria-hidden />,
  'no-token': <KeyRound aria-hidden />,
  'model-refused': <PhoneOff aria-hidden />,
  'resume-refused': <PhoneOff aria-hidden />,
  'browser-unsupported': <MonitorX aria-hidden />,
  'insecure-page': <Lock aria-hidden />,
  'keeps-nothing': <HardDrive aria-hidden />,
  unexpected: <CircleAlert aria-hidden />,
};

type Props = {
  readonly problem: LiveProblem;
  /** What the camera has, when `problem` is the microphone's. */
  readonly camera?: LiveProblem | null;
  readonly about: About | undefined;
  readonly level?: 1 | 2 | 3;
  /** Actions to leave out because they would not help now, for example voice only without a microphone. */
  readonly without?: readonly ProblemAction[];
  /** Another main button on the screen works. */
  readonly besidePrimary?: boolean;
  /** One more button after the problem's own. */
  readonly extra?: ReactNode;
  readonly onAction: (action: ProblemAction) => void;
};

export function ProblemPanel(props: Props) {
  const { problem, camera, about, level = 2, without = [], besidePrimary, extra, onAction } = props;
  const words = camera ? bothDevicesWords(problem, camera, about) : problemWords(problem, about);
  const actions = words.actions.filter((action) => !without.includes(action));
  return (
    <Panel
      icon={kIcons[problem.kind]}
      title={words.title}
      tone={words.tone}
      level={level}
      actions={
        <>
          {actions.map((action, index) => (
            <Button
              key={action}
              variant={index > 0 ? 'quiet' : besidePrimary ? 'line' : 'primary'}
              onClick={() => onAction(action)}
            >
              {kActionWords[action]}
            </Button>
          ))}
          {words.keyHelp ? (
            // A tab of its own: what was tried here can be tried again when the key is set.
            <a
              className={buttonClass({})}
              href="/settings#gemini-key"
              target="_blank"
              rel="noreferrer"
            >
              How to set a key
            </a>
          ) : null}
          {extra}
        </>
      }
    >
      {words.text}
      {words.also?.filter(({ action }) => actions.includes(action)).map(({ text }) => ` ${text}`)}
    </Panel>
  );
}
