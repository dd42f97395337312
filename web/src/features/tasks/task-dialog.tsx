import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { ApiError, sentenceOf } from '../../api/api-error';
import { interactions } from '../../api/interactions';
import {
  changeTask,
  createTask,
  kStepCharactersMax,
  kStepsMax,
  kTaskTextCharactersMax,
  type Task,
  type TaskStep,
  taskListsKey,
} from '../../api/tasks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import '../../ui/form.css';
import { IconButton } from '../../ui/icon-button';
import { TextField } from '../../ui/text-field';
import { useHealing } from '../../ui/use-healing';
import { fieldOf, timeOf } from './due-words';

type Props = {
  /** Null: a new one. */
  readonly task: Task | null;
  /** The version that was read; with it nobody's change is overwritten. */
  readonly etag: string;
  readonly onClose: () => void;
};

type Draft = {
  readonly title: string;
  readonly text: string;
  readonly due: string;
  readonly assignee: string;
  readonly steps: readonly TaskStep[];
};

const draftOf = (task: Task | null): Draft => ({
  title: task?.title ?? '',
  text: task?.text ?? '',
  due: fieldOf(task?.due_at ?? null),
  assignee: task?.assignee ?? '',
  steps: task?.steps ?? [],
});

const wishOf = (draft: Draft) => ({
  title: draft.title.trim(),
  text: draft.text,
  due_at: timeOf(draft.due),
  assignee: draft.assignee.trim() === '' ? null : draft.assignee,
  steps: draft.steps.filter(({ text }) => text.trim() !== ''),
});

const failureWords = (error: unknown) =>
  error instanceof ApiError && error.status === 412
    ? 'Somebody has changed this task meanwhile. Close this and open it again to see how it is now.'
    : `The task was not saved. ${sentenceOf(error)}`;

/** Makes a task, or changes one. */
export function TaskDialog({ task, etag, onClose }: Props) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(task));
  const [missing, setMissing] = useState(false);
  const id = useRef(crypto.randomUUID()); // sent again after a lost answer, it is the same task
  const textId = useId();
  const save = useMutation({
    mutationFn: () =>
      task === null
        ? createTask({ id: id.current, ...wishOf(draft) })
        : changeTask(task.id, wishOf(draft), etag),
    onSuccess: ({ id: task_id }) => {
      interactions.add('task', { what: task === null ? 'created' : 'changed', task_id });
      onClose();
      return queries.invalidateQueries({ queryKey: taskListsKey });
    },
  });
  const failure = useHealing(save.error);
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  const send = () => {
    const lacks = draft.title.trim() === '';
    setMissing(lacks);
    if (!lacks && !save.isPending) save.mutate();
  };
  return (
    <Dialog
      title={task === null ? 'New task' : 'Edit task'}
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" loading={save.isPending} onClick={send}>
            {task === null ? 'Make task' : 'Save'}
          </Button>
        </div>
      }
    >
      <form
        className="form task-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextField
          label="Title"
          data-autofocus
          value={draft.title}
          maxLength={200}
          autoComplete="off"
          error={missing ? 'Give it a title.' : null}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        <div className="field">
          <label className="field__label" htmlFor={textId}>
            What is to be done
          </label>
          <textarea
            id={textId}
            className="text-field task-form__text"
            value={draft.text}
            maxLength={kTaskTextCharactersMax}
            onChange={(event) => set({ text: event.currentTarget.value })}
          />
        </div>
        <StepsField steps={draft.steps} onChange={(steps) => set({ steps })} />
        <div className="task-form__pair">
          <TextField
            label="Due"
            type="datetime-local"
            value={draft.due}
            onChange={(event) => set({ due: event.currentTarget.value })}
          />
          <TextField
            label="Who does it"
            hint="With the e-mail address of an account here, they see the task and tick its steps."
            value={draft.assignee}
            maxLength={254}
            autoComplete="off"
            onChange={(event) => set({ assignee: event.currentTarget.value })}
          />
        </div>
        {failure ? (
          <p className="field__error" role="alert">
            {failureWords(failure)}
          </p>
        ) : null}
        <button type="submit" className="visually-hidden" tabIndex={-1} aria-hidden>
          Save
        </button>
      </form>
    </Dialog>
  );
}

type StepsProps = {
  readonly steps: readonly TaskStep[];
  readonly onChange: (steps: readonly TaskStep[]) => void;
};

function StepsField({ steps, onChange }: StepsProps) {
  const list = useRef<HTMLFieldSetElement>(null);
  const set = (id: string, change: Partial<TaskStep>) =>
    onChange(steps.map((step) => (step.id === id ? { ...step, ...change } : step)));
  const add = () => {
    onChange([...steps, { id: crypto.randomUUID(), text: '', criterion: '', done: false }]);
    setTimeout(() => list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus());
  };
  return (
    <fieldset ref={list} className="task-form__steps">
      <legend className="field__label">Steps</legend>
      {steps.length > 0 ? (
        <ol>
          {steps.map((step, index) => (
            <li key={step.id}>
              <div>
                <input
                  className="text-field"
                  aria-label={`Step ${index + 1}`}
                  placeholder="What to do"
                  value={step.text}
                  maxLength={kStepCharactersMax}
                  onChange={(event) => set(step.id, { text: event.currentTarget.value })}
                />
                <input
                  className="text-field"
                  aria-label={`Step ${index + 1} succeeded when`}
                  placeholder="Succeeded when … (optional)"
                  value={step.criterion}
                  maxLength={kStepCharactersMax}
                  onChange={(event) => set(step.id, { criterion: event.currentTarget.value })}
                />
              </div>
              <IconButton
                label={`Remove step ${index + 1}`}
                icon={<Trash2 aria-hidden />}
                onClick={() => onChange(steps.filter(({ id }) => id !== step.id))}
              />
            </li>
          ))}
        </ol>
      ) : null}
      {steps.length < kStepsMax ? (
        <Button icon={<Plus aria-hidden />} onClick={add}>
          Add a step
        </Button>
      ) : null}
    </fieldset>
  );
}
