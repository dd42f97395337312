import { ours } from './api-error';
import { body, client, untilGone } from './client';
import { pagedQuery } from './pages';
import type { components } from './schema';

export type Task = components['schemas']['Task'];
export type TaskStep = components['schemas']['TaskStep'];
export type TaskPage = components['schemas']['TaskList'];
export type TaskChange = components['schemas']['TaskChange'];
export type TaskSession = components['schemas']['TaskSession'];
type Signal = { readonly signal: AbortSignal };

/** The server's limits, in code points. */
export const kTaskTextCharactersMax = 10_000;
export const kStepCharactersMax = 500;
export const kStepsMax = 100;
/** All tasks of most people in one page. */
const kPageRows = 200;

/** Which tasks are listed. Empty texts: all. */
export type TaskWish = { readonly done: '' | 'true' | 'false'; readonly q: string };

export const taskListsKey = ['tasks', 'list'] as const;

/** Tasks in their order, page by page. */
export const tasksQuery = ({ done, q }: TaskWish) =>
  pagedQuery([...taskListsKey, done, q] as const, 'tasks', async (page, signal) =>
    body(
      await client.GET('/api/tasks', {
        params: {
          query: {
            ...page,
            limit: kPageRows,
            ...(done === '' ? {} : { done: done === 'true' }),
            ...(q === '' ? {} : { q }),
          },
        },
        signal,
      }),
    ),
  );

const at = (id: string) => ({ path: { task_id: id } });

/** A task, and the version that `changeTask` can name. */
export const readTask = async (
  id: string,
): Promise<{ readonly task: Task; readonly etag: string }> => {
  const answer = await client.GET('/api/tasks/{task_id}', { params: at(id) });
  return {
    task: ours(body(answer), (task) => task.id === id),
    etag: answer.response.headers.get('ETag') ?? '',
  };
};

export const createTask = async (wish: components['schemas']['TaskCreate']): Promise<Task> =>
  ours(
    body(await client.POST('/api/tasks', { body: wish })),
    ({ id }) => wish.id === undefined || id === wish.id,
  );

/** With `etag` only if nobody else has changed it meanwhile. */
export const changeTask = async (id: string, change: TaskChange, etag?: string): Promise<Task> =>
  ours(
    body(
      await client.PATCH('/api/tasks/{task_id}', {
        params: { ...at(id), ...(etag ? { header: { 'If-Match': etag } } : {}) },
        body: change,
      }),
    ),
    (task) => task.id === id,
  );

/** Deletes for good. With `keepalive` the request outlives the page, which then gets no answer. */
export const deleteTask = async (id: string, keepalive = false): Promise<void> => {
  await client.DELETE('/api/tasks/{task_id}', { params: at(id), keepalive });
  if (!keepalive) await untilGone(`/api/tasks/${id}`);
};

export type AssignedTask = components['schemas']['AssignedTask'];
export const assignedTasksKey = ['tasks', 'assigned'] as const;

/** Tasks of others that are assigned to oneself, the newest first. */
export const assignedTasksQuery = pagedQuery(assignedTasksKey, 'tasks', async (page, signal) =>
  body(await client.GET('/api/tasks/assigned', { params: { query: page }, signal })),
);

/** Ticks a step of such a task. */
export const tickAssignedTask = async (
  id: string,
  stepId: string,
  done: boolean,
): Promise<AssignedTask> =>
  ours(
    body(
      await client.PATCH('/api/tasks/assigned/{task_id}', {
        params: at(id),
        body: { step_id: stepId, done },
      }),
    ),
    (task) => task.id === id,
  );

/** The live sessions that were held for a task, the newest first. */
export const taskSessionsQuery = (id: string) => ({
  queryKey: ['tasks', 'sessions', id] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly TaskSession[]> =>
    body(await client.GET('/api/tasks/{task_id}/sessions', { params: at(id), signal })).sessions,
});

/** Where all tasks are as a table. */
export const kTaskTable = '/api/tasks/table';

export type TasksImported = components['schemas']['TasksImported'];

/** Makes tasks of a table. Its bytes go as they are: the server says what it cannot read. */
export const importTasks = async (table: ArrayBuffer): Promise<TasksImported> =>
  body(
    await client.PUT('/api/tasks/table', {
      body: '',
      bodySerializer: () => table,
      headers: { 'content-type': 'text/csv', 'X-Reprise': '1' },
    }),
  );
