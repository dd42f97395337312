import {
  AudioLines,
  ChevronRight,
  Ellipsis,
  GripVertical,
  MoveDown,
  MoveUp,
  Pencil,
  Trash2,
} from 'lucide-react';
import { memo, type PointerEvent, useId, useState } from 'react';
import type { Task, TaskChange } from '../../api/tasks';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { classNames } from '../../ui/class-names';
import { formatFullDate } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem } from '../../ui/menu';
import { dueWords } from './due-words';
import { TaskSessions } from './task-sessions';
import { NewStudy, TaskStudies } from './task-studies';

export type RowActs = {
  readonly onChange: (task: Task, wish: TaskChange) => void;
  readonly onEdit: (task: Task) => void;
  readonly onDelete: (task: Task) => void;
  /** Moves it by so many rows. */
  readonly onMove: (task: Task, by: number) => void;
  readonly onStartLive: (task: Task) => void;
  readonly onGrip: (task: Task, event: PointerEvent<HTMLElement>) => void;
};

type Props = RowActs & {
  readonly task: Task;
  /** While it is dragged. */
  readonly dragged: boolean;
  /** Where the dragged task would go. */
  readonly drop: 'before' | 'after' | null;
};

/** One task: done, title, facts; opened also its instruction, steps and sessions. */
export const TaskRow = memo(function TaskRow(props: Props) {
  const { task, dragged, drop, onChange, onEdit, onDelete, onMove, onGrip, onStartLive } = props;
  const [open, setOpen] = useState(false);
  const titleId = useId();
  return (
    <li
      className={classNames('task', task.done && 'task--done', dragged && 'task--dragged')}
      data-removal={`task:${task.id}`}
      data-task={task.id}
      data-drop={drop ?? undefined}
      aria-labelledby={titleId}
    >
      <div className="task__line">
        <button
          type="button"
          className="task__grip"
          aria-label={`Move ${task.title}`}
          aria-description="Arrow keys move it up and down"
          onPointerDown={(event) => onGrip(task, event)}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
            if (by === 0) return;
            event.preventDefault();
            onMove(task, by);
          }}
        >
          <GripVertical aria-hidden />
        </button>
        <input
          type="checkbox"
          checked={task.done}
          aria-label={`Done: ${task.title}`}
          onChange={(event) => onChange(task, { done: event.currentTarget.checked })}
        />
        <button
          type="button"
          className="task__title"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <strong id={titleId} dir="auto">
            {task.title}
          </strong>
          <TaskFacts task={task} />
          <ChevronRight aria-hidden />
        </button>
        <Menu trigger={<IconButton label={`More for ${task.title}`} icon={<Ellipsis />} />}>
          <MenuItem icon={<Pencil />} onSelect={() => onEdit(task)}>
            Edit
          </MenuItem>
          <MenuItem icon={<MoveUp />} onSelect={() => onMove(task, -1)}>
            Move up
          </MenuItem>
          <MenuItem icon={<MoveDown />} onSelect={() => onMove(task, 1)}>
            Move down
          </MenuItem>
          <MenuItem icon={<Trash2 />} onSelect={() => onDelete(task)}>
            Delete task
          </MenuItem>
        </Menu>
      </div>
      {open ? <TaskBody {...{ task, onChange, onStartLive }} /> : null}
    </li>
  );
});

function TaskFacts({ task }: { readonly task: Task }) {
  const due = task.due_at === null ? null : dueWords(task.due_at, task.done, new Date());
  const done = task.steps.filter((step) => step.done).length;
  return (
    <span className="task__facts">
      {due && task.due_at ? (
        <span title={formatFullDate(task.due_at)}>
          <Badge tone={due.late ? 'error' : 'neutral'}>{due.words}</Badge>
        </span>
      ) : null}
      {task.steps.length > 0 ? (
        <small>
          {done} of {task.steps.length} {task.steps.length === 1 ? 'step' : 'steps'}
        </small>
      ) : null}
      {task.assignee ? (
        <small>
          <bdi>{task.assignee}</bdi>
        </small>
      ) : null}
    </span>
  );
}

type BodyProps = { readonly task: Task } & Pick<RowActs, 'onChange' | 'onStartLive'>;

function TaskBody({ task, onChange, onStartLive }: BodyProps) {
  const tick = (id: string, done: boolean) =>
    onChange(task, {
      steps: task.steps.map((step) => (step.id === id ? { ...step, done } : step)),
    });
  return (
    <div className="task__body">
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
                  onChange={(event) => tick(step.id, event.currentTarget.checked)}
                />
                <span dir="auto">{step.text}</span>
              </label>
              {step.criterion ? <small dir="auto">{step.criterion}</small> : null}
            </li>
          ))}
        </ol>
      ) : null}
      <div className="task__acts">
        <Button icon={<AudioLines aria-hidden />} variant="line" onClick={() => onStartLive(task)}>
          Start live for this task
        </Button>
        <NewStudy taskId={task.id} />
      </div>
      <TaskSessions taskId={task.id} />
      <TaskStudies taskId={task.id} />
    </div>
  );
}
