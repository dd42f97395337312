import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { sentenceOf } from '../../api/api-error';
import { type TaskSession, taskSessionsQuery } from '../../api/tasks';
import { formatDuration, formatMoment } from '../../ui/format';
import { addresses } from '../../ui/router/addresses';
import { Link } from '../../ui/router/link';
import { Skeleton } from '../../ui/skeleton';

/** The live sessions that were held for a task. */
export function TaskSessions({ taskId }: { readonly taskId: string }) {
  const { data: sessions, error } = useQuery(taskSessionsQuery(taskId));
  if (error && !sessions) return <p role="alert">{sentenceOf(error)}</p>;
  if (!sessions) return <Skeleton height="20px" />;
  if (sessions.length === 0) return null;
  return (
    <ul className="task__sessions" aria-label="Sessions for this task">
      {sessions.map((session) => (
        <li key={session.live_session_id}>
          <span>{formatMoment(session.created_at, new Date())}</span>
          <SessionPlay session={session} />
        </li>
      ))}
    </ul>
  );
}

function SessionPlay({ session }: { readonly session: TaskSession }) {
  const { recording } = session;
  if (!recording) return <small>Not recorded</small>;
  return (
    <Link to={addresses.recording(recording.id)}>
      <Play aria-hidden /> Play
      {recording.duration_ms === null ? '' : ` ${formatDuration(recording.duration_ms)}`}
    </Link>
  );
}
