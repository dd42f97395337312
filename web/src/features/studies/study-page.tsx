import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { sentenceOf } from '../../api/api-error';
import { changeStudy, createStudy, deleteStudy, type Study, studyQuery } from '../../api/studies';
import { readTask } from '../../api/tasks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FailedPanel } from '../../ui/failed-panel';
import { Link } from '../../ui/router/link';
import { useRouter } from '../../ui/router/router-context';
import { Skeleton } from '../../ui/skeleton';
import { toasts } from '../../ui/toasts';
import { studyAddress } from './study-address';
import { changedOf, draftOf, firstDraft, wishOf } from './study-draft';
import { StudyForm } from './study-form';
import { StudyLinks } from './study-links';
import { StudyProgress } from './study-progress';
import './study.css';

/** A study of a task: how far it is, its links, and what it is made of. */
export function StudyPage({ id }: { readonly id: string }) {
  const { data: study, error, refetch } = useQuery(studyQuery(id));
  const queries = useQueryClient();
  if (error && !study) {
    return (
      <Framed title="Study">
        <FailedPanel
          title="The study could not be loaded"
          error={error}
          onRetry={() => void refetch()}
        />
      </Framed>
    );
  }
  if (!study) {
    return (
      <Framed title="Study">
        <Skeleton height="72px" />
      </Framed>
    );
  }
  const begun = study.progress.begun + study.progress.withdrawn > 0;
  return (
    <Framed title={study.title} act={<DeleteStudy study={study} />}>
      <StudyProgress study={study} />
      <StudyLinks study={study} />
      <section className="study__part" aria-label="Settings">
        <h2>Settings</h2>
        <StudyForm
          key={study.updated_at}
          first={draftOf(study)}
          fixed={begun}
          save="Save"
          onSave={async (draft) => {
            const changed = await changeStudy(id, changedOf(draftOf(study), draft));
            queries.setQueryData(studyQuery(id).queryKey, changed);
            toasts.show('Saved.');
          }}
        />
      </section>
    </Framed>
  );
}

/** A study that is not made yet. */
export function NewStudyPage({ taskId }: { readonly taskId: string }) {
  const router = useRouter();
  const { data, error, refetch } = useQuery({
    queryKey: ['tasks', 'one', taskId],
    queryFn: () => readTask(taskId),
  });
  return (
    <Framed title="New study">
      {error && !data ? (
        <FailedPanel
          title="The task could not be loaded"
          error={error}
          onRetry={() => void refetch()}
        />
      ) : null}
      {data ? (
        <StudyForm
          first={firstDraft([...data.task.title].slice(0, 100).join(''))}
          fixed={false}
          save="Make the study"
          onSave={async (draft) => {
            const made = await createStudy({ task_id: taskId, ...wishOf(draft) });
            router.go(studyAddress(made.id), { replace: true });
          }}
        />
      ) : null}
    </Framed>
  );
}

const Framed = (props: {
  readonly title: string;
  readonly act?: React.ReactNode;
  readonly children: React.ReactNode;
}) => (
  <div className="study">
    <div className="study__body">
      <header className="study__head">
        <div>
          <Link to="/tasks">Tasks</Link>
          <h1 tabIndex={-1} dir="auto">
            {props.title}
          </h1>
        </div>
        {props.act}
      </header>
      {props.children}
    </div>
  </div>
);

function DeleteStudy({ study }: { readonly study: Study }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const run = () => {
    setBusy(true);
    deleteStudy(study.id)
      .then(
        () => router.go('/tasks', { replace: true }),
        (error: unknown) =>
          toasts.show(`The study was not deleted. ${sentenceOf(error)}`, { tone: 'error' }),
      )
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button icon={<Trash2 aria-hidden />} onClick={() => setOpen(true)}>
        Delete study
      </Button>
      {open ? (
        <Dialog
          width="narrow"
          title="Delete this study?"
          onClose={() => setOpen(false)}
          foot={
            <div className="dialog__acts">
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button variant="stop" loading={busy} onClick={run}>
                Delete study
              </Button>
            </div>
          }
        >
          <p>
            All links and all answers go for good. The recordings stay in your library.
            {study.progress.begun > 0 ? ' Download the table first.' : ''}
          </p>
        </Dialog>
      ) : null}
    </>
  );
}
