import { useQuery } from '@tanstack/react-query';
import { AudioLines } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { aboutQuery } from '../../api/about';
import type { LiveContext } from '../../api/answerers';
import type { Task } from '../../api/tasks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { usuallyKept } from '../../ui/keep-words';
import { tellsHistory } from '../../ui/live-history-setting';
import { Switch } from '../../ui/switch';
import type { DeviceSnapshot, SourceState } from './device-check';
import { DevicePreview } from './device-preview';
import { HistoryChoice } from './history-choice';
import { ProblemPanel } from './problem-panel';
import { TaskChoice } from './task-choice';
import './start-dialog.css';
import { StartForm } from './start-form';
import { leftOut } from './start-problem';
import { type StartChoice, useStart } from './use-start';

type Props = {
  /** Another tab is live. */
  readonly elsewhere: boolean;
  readonly recorded: boolean;
  /** Start live was pressed before: starts once the devices are open, unless there is a problem. */
  readonly startWhenReady: boolean;
  /** What the model can be told first; null: nothing was said before. */
  readonly history: LiveContext | null;
  /** For which task; null: for none. */
  readonly task: Task | null;
  /** Where recordings are kept, in words. */
  readonly place: string;
  /** Turning recording off asks nothing; turning it on asks for consent if there is none yet. */
  readonly onRecordedChange: (recorded: boolean) => void;
  readonly onStart: (choice: StartChoice) => void;
  readonly onOpenLibrary: () => void;
  readonly onClose: () => void;
};

/** Shows what the model will see and hear before anything is sent. When all is well, Enter starts the session. */
export function StartDialog(props: Props) {
  const { recorded, place, history, task, onRecordedChange, onClose } = props;
  const [told, setTold] = useState(tellsHistory);
  const [tellTask, setTellTask] = useState(false);
  const { data: about } = useQuery(aboutQuery);
  const { check, devices, problem, opening, startable, start, act, toggle, choose } = useStart({
    ...props,
    about,
    history: history !== null && told,
    tellTask: task !== null && tellTask,
  });
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // When a button with the focus becomes disabled, the focus leaves the dialog, now or at the next frame.
    const at = document.activeElement;
    if (startable || !(at === document.body || at?.matches(':disabled'))) return;
    body.current?.closest('dialog')?.querySelector('h2')?.focus();
  }, [startable]);
  return (
    <Dialog
      title="Start a live session"
      description="Check what the model will see and hear. Nothing is sent yet."
      onClose={onClose}
      foot={
        <>
          <div className="start__record">
            <Switch checked={recorded} onChange={onRecordedChange}>
              {recorded
                ? `This session is recorded: ${recordedWords(devices)} and the model’s voice. It stays on ${place} ${about ? usuallyKept(about.retention) : 'until you delete it'}.`
                : 'This session is not recorded. You cannot play it again.'}
            </Switch>
          </div>
          <div className="dialog__acts">
            <Button size="big" onClick={onClose}>
              Cancel
            </Button>
            <Button
              size="big"
              variant={startable ? 'primary' : 'line'}
              data-autofocus
              icon={<AudioLines aria-hidden />}
              waiting={opening}
              disabled={!startable}
              onClick={start}
            >
              Start live
            </Button>
          </div>
        </>
      }
    >
      <div ref={body} className="start">
        {problem ? (
          <ProblemPanel
            problem={problem}
            camera={problem === devices.microphone.problem ? devices.camera.problem : null}
            about={about}
            level={3}
            without={leftOut(devices)}
            besidePrimary={startable}
            onAction={act}
          />
        ) : null}
        {history ? <HistoryChoice history={history} told={told} onChange={setTold} /> : null}
        {task ? <TaskChoice task={task} told={tellTask} onChange={setTellTask} /> : null}
        <StartForm check={check} devices={devices} about={about} onChoose={choose}>
          <DevicePreview devices={devices} onToggle={toggle} />
        </StartForm>
      </div>
    </Dialog>
  );
}

/** Only sources that are on are recorded. */
function recordedWords({ microphone, camera }: DeviceSnapshot): string {
  const on = ({ state }: SourceState) => state === 'open' || state === 'opening';
  const parts = [on(microphone) ? 'your microphone' : '', on(camera) ? 'your camera' : ''];
  return parts.filter((part) => part !== '').join(', ') || 'your messages';
}
