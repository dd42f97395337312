import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { sentenceOf } from '../../api/api-error';
import {
  type AssignedTask,
  assignedTasksKey,
  assignedTasksQuery,
  tickAssignedTask,
} from '../../api/tasks';
import { isolated } from '../../media/text';
import { Badge } from '../../ui/badge';
import { MoreRows } from '../../ui/more-rows';
import { toasts } from '../../ui/toasts';
import { dueWords } from './due-words';

/** What others have assigned to one: to read, and its steps to tick. Nothing, when there is none. */
export function AssignedTasks() {
  const list = useInfiniteQuery(assignedTasksQuery);
  const tasks = list.data?.pages.flatMap((page) => page.tasks) ?? [];
  if (tasks.length === 0) return null;
  return (
    <section className="assigned" aria-labelledby="assigned-title">
      <h2 id="assigned-title">Assigned to you</h2>
      <ul className="tasks__list">
        {tasks.map((task) => (
          <AssignedRow key={task.id} task={task} />
        ))}
      </ul>
      <MoreRows
        hasMore={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      >
        More assigned tasks
      </MoreRows>
    </section>
  );
}

function AssignedRow({ task }: { readonly task: AssignedTask }) {
  const queries = useQueryClient();
  const tick = useMutation({
    mutationFn: ({ id, done }: { readonly id: string; readonly done: boolean }) =>
      tickAssignedTask(task.id, id, done),
    onError: (error) =>
      toasts.show(`“${isolated(task.title)}” was not changed. ${sentenceOf(error)}`, {
        tone: 'error',
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: assignedTasksKey }),
  });
  const due = task.due_at === null ? null : dueWords(task.due_at, task.done, new Date());
  const done = task.steps.filter((step) => step.done).length;
  return (
    <li className={task.done ? 'task task--done' : 'task'}>
      <details>
        <summary className="assigned__line">
          <strong className="assigned__title" dir="auto">
            {task.title}
          </strong>
          <span className="task__facts">
            {due ? <Badge tone={due.late ? 'error' : 'neutral'}>{due.words}</Badge> : null}
            {task.steps.length > 0 ? (
              <small>
                {done} of {task.steps.length} {task.steps.length === 1 ? 'step' : 'steps'}
              </small>
            ) : null}
            <small>
              of <bdi>{task.owner_name || 'somebody'}</bdi>
            </small>
          </span>
        </summary>
        <div className="task__body assigned__body">
          {task.text ? (
            <p className="task__text" dir="auto">
              {task.text}
            </p>
          ) : null}
          {task.steps.length > 0 ? (
            <ol className="task__steps" aria-label="Steps">
              {task.steps.map((step) => (
                <li key={step.id}>
                  <label>
                    <input
                      type="checkbox"
                      checked={step.done}
                      disabled={tick.isPending}
                      onChange={({ currentTarget }) =>
                        tick.mutate({ id: step.id, done: currentTarget.checked })
                      }
                    />
                    <span dir="auto">{step.text}</span>
                  </label>
                  {step.criterion ? <small dir="auto">{step.criterion}</small> : null}
                </li>
              ))}
            </ol>
          ) : null}
        </div>
      </details>
    </li>
  );
}
