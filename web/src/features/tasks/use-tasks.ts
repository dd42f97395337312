import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { ApiError, sentenceOf } from '../../api/api-error';
import { interactions } from '../../api/interactions';
import { mapPages, type Pages } from '../../api/pages';
import {
  changeTask,
  deleteTask,
  type Task,
  type TaskChange,
  type TaskPage,
  type TaskWish,
  taskListsKey,
  tasksQuery,
} from '../../api/tasks';
import { isolated } from '../../media/text';
import { removals } from '../../ui/removals';
import { focusBeside, focusFirstOf } from '../../ui/row-focus';
import { toasts } from '../../ui/toasts';
import { useRemoved } from '../../ui/use-removed';
import { moved } from './move';

export const taskRemovalKey = (id: string) => `task:${id}`;

/** The tasks that are listed, as far as they are loaded, without those that were just deleted. */
export function useTasks(wish: TaskWish) {
  const removed = useRemoved();
  const query = useInfiniteQuery(tasksQuery(wish));
  const tasks = useMemo(
    () =>
      query.data?.pages
        .flatMap((page) => page.tasks)
        .filter((task) => !removed.has(taskRemovalKey(task.id))),
    [query.data, removed],
  );
  return { ...query, tasks };
}

type Lists = Pages<TaskPage>;

function logChange(task: Task, { done, steps }: TaskChange): void {
  const task_id = task.id;
  if (done !== undefined) interactions.add('task', { what: done ? 'done' : 'reopened', task_id });
  for (const step of steps ?? []) {
    const before = task.steps.find(({ id }) => id === step.id);
    if (before && before.done !== step.done) {
      interactions.add('task_step', { done: step.done === true, task_id });
    }
  }
}

/** Changes tasks: shown at once, and taken back when the server refuses it. */
export function useChangeTask() {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: ({ task, wish }: { readonly task: Task; readonly wish: TaskChange }) =>
      changeTask(task.id, wish),
    onMutate: ({ task, wish }) => {
      queries.setQueriesData<Lists>({ queryKey: taskListsKey }, (list) =>
        mapPages(list, (page) => ({
          ...page,
          tasks: page.tasks.map((one) =>
            one.id === task.id ? ({ ...one, ...wish } as Task) : one,
          ),
        })),
      );
    },
    onSuccess: (_, { task, wish }) => logChange(task, wish),
    onError: (error, { task }) =>
      toasts.show(`“${isolated(task.title)}” was not changed. ${sentenceOf(error)}`, {
        tone: 'error',
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: taskListsKey }),
  });
  return useCallback(
    (task: Task, wish: TaskChange) => change.mutate({ task, wish }),
    [change.mutate],
  );
}

/** Moves a task to a place among those that are listed. */
export function useMoveTask(wish: TaskWish) {
  const queries = useQueryClient();
  const { queryKey } = tasksQuery(wish);
  return useCallback(
    async (id: string, place: number) => {
      const list = queries.getQueryData<Lists>(queryKey);
      const before = list?.pages.flatMap((page) => page.tasks) ?? [];
      const after = moved(before, id, place);
      const position = after[place]?.position;
      if (after === before || position === undefined) return;
      await queries.cancelQueries({ queryKey });
      // One page with all of them, until the server is asked again.
      const last = list?.pages.at(-1);
      if (last) {
        queries.setQueryData<Lists>(queryKey, {
          pages: [{ ...last, tasks: [...after] }],
          pageParams: [null],
        });
      }
      try {
        await changeTask(id, { position });
      } catch (error) {
        toasts.show(`The order was not kept. ${sentenceOf(error)}`, { tone: 'error' });
      }
      await queries.invalidateQueries({ queryKey: taskListsKey });
    },
    [queries, queryKey],
  );
}

/** Hides the task at once and offers Undo. After that the server deletes it. */
export function useDeleteTask() {
  const queries = useQueryClient();
  return useCallback(
    (task: Task) => {
      const key = taskRemovalKey(task.id);
      focusBeside([key]);
      removals.remove({
        keys: [key],
        onUndo: () => focusFirstOf([key]),
        text: `“${isolated(task.title)}” deleted`,
        paths: [`/api/tasks/${task.id}`],
        commit: async (leaving) => {
          await deleteTask(task.id, leaving).catch((error: unknown) => {
            if (!(error instanceof ApiError && error.status === 404)) throw error;
          });
          interactions.add('task', { what: 'deleted', task_id: task.id });
          queries.setQueriesData<Lists>({ queryKey: taskListsKey }, (list) =>
            mapPages(list, (page) => ({
              ...page,
              tasks: page.tasks.filter(({ id }) => id !== task.id),
            })),
          );
        },
        failure: (error) => `“${isolated(task.title)}” was not deleted. ${sentenceOf(error)}`,
      });
    },
    [queries],
  );
}
