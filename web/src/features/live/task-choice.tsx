import type { Task } from '../../api/tasks';
import { Switch } from '../../ui/switch';
import './history-choice.css';

type Props = {
  readonly task: Task;
  readonly told: boolean;
  readonly onChange: (told: boolean) => void;
};

/** Whether the model is told the task that the session is for, and every word of it. */
export function TaskChoice({ task, told, onChange }: Props) {
  const { title, text, steps } = task;
  return (
    <div className="history-choice">
      <Switch checked={told} onChange={onChange}>
        {told
          ? 'The model is told this task as its instruction.'
          : 'The model is not told this task. You see it beside the talk.'}
      </Switch>
      {told ? (
        <details>
          <summary>What the model is told</summary>
          <p dir="auto">
            <b>{title}</b>
          </p>
          {text ? <p dir="auto">{text}</p> : null}
          <ol aria-label="What the model is told">
            {steps.map((step) => (
              <li key={step.id} dir="auto">
                {step.text}
                {step.criterion ? ` (done when: ${step.criterion})` : ''}
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </div>
  );
}
