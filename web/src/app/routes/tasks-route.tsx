import { useLive } from '../../features/live/live-context';
import { TasksPage } from '../../features/tasks/tasks-page';

export function TasksRoute() {
  const { openStart } = useLive();
  return <TasksPage onStartLive={(task) => openStart(task.chat_id, task)} />;
}
