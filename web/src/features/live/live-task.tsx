import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { sentenceOf } from '../../api/api-error';
import { interactions } from '../../api/interactions';
import { changeTask, type Task, type TaskStep, taskListsKey } from '../../api/tasks';
import type { LiveSession } from '../../media/live-session';
import { toasts } from '../../ui/toasts';
import './live-task.css';

/** What a task tells somebody who talks. */
export type ShownTask = Pick<Task, 'id' | 'title' | 'text' | 'steps'>;

type Props = {
  readonly task: ShownTask;
  readonly session: LiveSession;
  /** False: the ticks are only told to the record, since the task is somebody else's. */
  readonly saves: boolean;
};

/** The task of a live session beside its picture. A step that is ticked is told to the record. */
export function LiveTask({ task, session, saves }: Props) {
  const queries = useQueryClient();
  const [steps, setSteps] = useState<readonly TaskStep[]>(task.steps);
  const done = steps.filter((step) => step.done).length;
  const tick = async (ticked: TaskStep, on: boolean) => {
    const next = steps.map((step) => (step.id === ticked.id ? { ...step, done: on } : step));
    setSteps(next);
    session.mark({ text: ticked.text, done: on });
    if (!saves) return;
    interactions.add('task_step', { done: on, task_id: task.id }, session.liveSessionId);
    try {
      await changeTask(task.id, { steps: [...next] });
      await queries.invalidateQueries({ queryKey: taskListsKey });
    } catch (error) {
      toasts.show(`The step was not saved with the task. ${sentenceOf(error)}`, { tone: 'error' });
    }
  };
  return (
    <details className="live-task" open>
      <summary>
        <strong dir="auto">{task.title}</strong>
        {steps.length > 0 ? (
          <small role="status">
            {done} of {steps.length}
          </small>
        ) : null}
      </summary>
      {task.text ? (
        <p dir="auto" className="live-task__text">
          {task.text}
        </p>
      ) : null}
      {steps.length > 0 ? (
        <ol aria-label="Steps">
          {steps.map((step) => (
            <li key={step.id}>
              <label>
                <input
                  type="checkbox"
                  checked={step.done}
                  onChange={(event) => void tick(step, event.currentTarget.checked)}
                />
                <span dir="auto">{step.text}</span>
              </label>
              {step.criterion ? <small dir="auto">{step.criterion}</small> : null}
            </li>
          ))}
        </ol>
      ) : null}
    </details>
  );
}
