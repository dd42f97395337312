import { useQuery } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { studiesQuery } from '../../api/studies';
import { buttonClass } from '../../ui/button-class';
import { Link } from '../../ui/router/link';

/** The studies of a task; nothing for those who may make none. */
export function TaskStudies({ taskId }: { readonly taskId: string }) {
  const { data: studies } = useQuery({ ...studiesQuery(taskId), retry: false });
  if (!studies) return null;
  if (studies.length === 0) return null;
  return (
    <ul className="task__sessions" aria-label="Studies of this task">
      {studies.map((study) => (
        <li key={study.id}>
          <Link to={`/studies/${encodeURIComponent(study.id)}`}>{study.title}</Link>
          <span>
            {study.progress.done} of {study.progress.links} done
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Nothing for those who may make none. */
export function NewStudy({ taskId }: { readonly taskId: string }) {
  const { data: studies } = useQuery({ ...studiesQuery(taskId), retry: false });
  if (!studies) return null;
  return (
    <Link
      className={buttonClass({ variant: 'quiet' })}
      to={`/studies/new?task=${encodeURIComponent(taskId)}`}
    >
      <FlaskConical aria-hidden />
      New study of this task
    </Link>
  );
}
