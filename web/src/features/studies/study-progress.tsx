import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { sentenceOf } from '../../api/api-error';
import {
  type Participant,
  participantsQuery,
  revokeParticipantLink,
  type Study,
  studyFiles,
} from '../../api/studies';
import { Button } from '../../ui/button';
import { buttonClass } from '../../ui/button-class';
import { FailedPanel } from '../../ui/failed-panel';
import { formatMoment } from '../../ui/format';
import { Progress } from '../../ui/progress';
import { addresses } from '../../ui/router/addresses';
import { Link } from '../../ui/router/link';
import '../../ui/rows.css';
import { toasts } from '../../ui/toasts';

/** How far a study is: by condition, and person by person. */
export function StudyProgress({ study }: { readonly study: Study }) {
  const { progress, conditions } = study;
  const files = studyFiles(study.id);
  return (
    <section className="study__part" aria-label="Progress">
      <h2>Progress</h2>
      <p role="status">
        {progress.done} done, {progress.begun - progress.done} under way, {progress.withdrawn}{' '}
        withdrawn, of {progress.links} {progress.links === 1 ? 'link' : 'links'}
      </p>
      <ul className="study__conditions">
        {conditions.map((one) => (
          <li key={one.id}>
            <span dir="auto">{one.name}</span>
            <small>
              {one.done} done of {one.taken} begun
              {one.quota === null ? '' : `, at most ${one.quota}`}
            </small>
            {one.quota === null ? null : (
              <Progress label={`Condition ${one.name}`} value={one.taken / one.quota} />
            )}
          </li>
        ))}
      </ul>
      <People study={study} />
      <div className="study__line">
        <a className={buttonClass({ variant: 'line', size: 'normal' })} href={files.table} download>
          <Download aria-hidden />
          Table (CSV)
        </a>
        <a
          className={buttonClass({ variant: 'line', size: 'normal' })}
          href={files.archive}
          download
        >
          <Download aria-hidden />
          Table and recordings (zip)
        </a>
      </div>
    </section>
  );
}

/** Where a person is, in words. Pure. */
function stageWords(one: Participant, now: Date): string {
  if (one.stage === 'invited') {
    if (one.revoked_at !== null) return 'Link taken back';
    if (new Date(one.expires_at) <= now) return 'Link expired';
    return one.opened > 0 ? 'Has opened the link' : 'Not opened yet';
  }
  const words = {
    before: 'Answers questions before the talk',
    talk: 'At the talk',
    after: 'Answers questions after the talk',
    done: 'Done',
    withdrawn: 'Withdrew; answers and recordings are deleted',
  } as const;
  return words[one.stage];
}

function People({ study }: { readonly study: Study }) {
  const { data, error, refetch } = useQuery(participantsQuery(study.id));
  const queries = useQueryClient();
  const now = new Date();
  if (error && !data) {
    return (
      <FailedPanel
        title="The participants could not be loaded"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  const revoke = (one: Participant) =>
    revokeParticipantLink(study.id, one.id).then(
      () => queries.invalidateQueries({ queryKey: ['studies', study.id] }),
      (failure: unknown) =>
        toasts.show(`The link was not taken back. ${sentenceOf(failure)}`, { tone: 'error' }),
    );
  return (
    <ul className="rows" aria-label="Participants">
      {(data ?? []).map((one) => (
        <li key={one.id}>
          <span>
            <strong>P{one.number}</strong>
            {one.condition === null ? '' : ` · ${one.condition}`}
            <small>
              {stageWords(one, now)}
              {one.begun_at === null ? '' : ` · ${formatMoment(one.begun_at, now)}`}
            </small>
          </span>
          <span className="rows__acts">
            {one.recordings.map((id) => (
              <Link key={id} to={addresses.recording(id)}>
                Play
              </Link>
            ))}
            {one.stage === 'invited' && one.revoked_at === null ? (
              <Button onClick={() => void revoke(one)}>Take link P{one.number} back</Button>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
