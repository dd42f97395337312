import { ListChecks, Plus, SearchX } from 'lucide-react';
import { useCallback, useRef, useState } from 'react';
import { sentenceOf } from '../../api/api-error';
import { readTask, type Task } from '../../api/tasks';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { MoreRows } from '../../ui/more-rows';
import { Panel } from '../../ui/panel';
import { Select } from '../../ui/select';
import { Skeleton } from '../../ui/skeleton';
import { TextField } from '../../ui/text-field';
import { toasts } from '../../ui/toasts';
import { AssignedTasks } from './assigned-tasks';
import { TableMenu } from './table-menu';
import { TaskDialog } from './task-dialog';
import { TaskRow } from './task-row';
import './tasks.css';
import { dropMark, useDrag } from './use-drag';
import { useChangeTask, useDeleteTask, useMoveTask, useTasks } from './use-tasks';

const kStates = [
  { value: '', label: 'All tasks' },
  { value: 'false', label: 'Open' },
  { value: 'true', label: 'Done' },
] as const;
type State = (typeof kStates)[number]['value'];

type Edited = { readonly task: Task | null; readonly etag: string };

/** What there is to be done: made, changed, ticked, put in order, found and deleted. */
export function TasksPage({ onStartLive }: { readonly onStartLive: (task: Task) => void }) {
  const [state, setState] = useState<State>('');
  const [words, setWords] = useState('');
  const [edited, setEdited] = useState<Edited | null>(null);
  const wish = { done: state, q: words.trim() };
  const { tasks, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useTasks(wish);
  const change = useChangeTask();
  const remove = useDeleteTask();
  const move = useMoveTask(wish);
  const list = useRef<HTMLOListElement>(null);
  const { drag, grip } = useDrag((id, place) => void move(id, place));
  const filtered = state !== '' || wish.q !== '';
  const moveBy = useCallback(
    (task: Task, by: number) => {
      const place = (tasks ?? []).findIndex(({ id }) => id === task.id) + by;
      if (place < 0 || place >= (tasks?.length ?? 0)) return;
      void move(task.id, place).then(() =>
        list.current
          ?.querySelector<HTMLElement>(`[data-task="${task.id}"] .task__grip`)
          ?.focus({ preventScroll: false }),
      );
    },
    [move, tasks],
  );
  const edit = useCallback(async (task: Task) => {
    try {
      setEdited(await readTask(task.id));
    } catch (failure) {
      toasts.show(`The task cannot be opened. ${sentenceOf(failure)}`, { tone: 'error' });
    }
  }, []);
  const make = () => setEdited({ task: null, etag: '' });
  const empty = tasks?.length === 0 && !filtered;
  return (
    <div className="tasks">
      <div className="tasks__body">
        <header className="tasks__head">
          <div>
            <h1 tabIndex={-1}>Tasks</h1>
            <p role="status">{tasks && !empty ? countWords(tasks, hasNextPage) : ''}</p>
          </div>
          {empty ? null : (
            <Button variant="primary" icon={<Plus aria-hidden />} onClick={make}>
              New task
            </Button>
          )}
          {/* At the end, where it stands also when it is known that there are no tasks. */}
          <TableMenu />
        </header>
        {empty ? null : (
          <search className="tasks__filters" aria-label="Filters">
            <TextField
              label="Find"
              type="search"
              placeholder="Find a task"
              value={words}
              maxLength={200}
              onChange={(event) => setWords(event.currentTarget.value)}
            />
            <Select
              label="Which"
              value={state}
              options={kStates}
              onChange={(value) => setState(value as State)}
            />
          </search>
        )}
        {error && !tasks ? (
          <FailedPanel
            title="The tasks could not be loaded"
            error={error}
            onRetry={() => void refetch()}
          />
        ) : null}
        {!tasks && !error
          ? ['a', 'b', 'c'].map((key) => <Skeleton key={key} height="56px" />)
          : null}
        {empty ? <NoTasks onMake={make} /> : null}
        {tasks?.length === 0 && filtered ? (
          <Panel
            icon={<SearchX aria-hidden />}
            title="No task fits"
            actions={
              <Button
                onClick={() => {
                  setState('');
                  setWords('');
                }}
              >
                Show all tasks
              </Button>
            }
          >
            Other words, or another choice above, may find it.
          </Panel>
        ) : null}
        {tasks && tasks.length > 0 ? (
          <ol ref={list} className="tasks__list" aria-label="Tasks">
            {tasks.map((task, index) => (
              <TaskRow
                key={task.id}
                task={task}
                dragged={drag?.id === task.id}
                drop={dropMark(tasks, index, drag)}
                onChange={change}
                onEdit={edit}
                onDelete={remove}
                onMove={moveBy}
                onStartLive={onStartLive}
                onGrip={grip}
              />
            ))}
          </ol>
        ) : null}
        <MoreRows
          hasMore={hasNextPage}
          loading={isFetchingNextPage}
          onMore={() => void fetchNextPage()}
        >
          More tasks
        </MoreRows>
        <AssignedTasks />
      </div>
      {edited ? <TaskDialog {...edited} onClose={() => setEdited(null)} /> : null}
    </div>
  );
}

function countWords(tasks: readonly Task[], more: boolean): string {
  const open = tasks.filter(({ done }) => !done).length;
  return `${open}${more ? ' or more' : ''} open, ${tasks.length - open} done`;
}

const NoTasks = ({ onMake }: { readonly onMake: () => void }) => (
  <Panel
    icon={<ListChecks aria-hidden />}
    title="No tasks yet"
    actions={
      <Button variant="primary" icon={<Plus aria-hidden />} onClick={onMake}>
        New task
      </Button>
    }
  >
    A task says what is to be done, in steps if you like. Talk while you do it, and tick the steps.
  </Panel>
);
