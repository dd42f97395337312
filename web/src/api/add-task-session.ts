import { client } from './client';

/** Says that a live session is held for a task. */
export const addTaskSession = async (id: string, liveSessionId: string): Promise<void> => {
  await client.PUT('/api/tasks/{task_id}/sessions/{live_session_id}', {
    params: { path: { task_id: id, live_session_id: liveSessionId } },
  });
};
