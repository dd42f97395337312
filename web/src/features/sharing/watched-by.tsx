import { useQuery } from '@tanstack/react-query';
import { sentenceOf } from '../../api/api-error';
import { viewsQuery } from '../../api/shares';
import { formatFullDate, formatMoment } from '../../ui/format';

/** Who else watched a recording, and when. */
export function WatchedBy({ recordingId }: { readonly recordingId: string }) {
  const { data: views, error } = useQuery(viewsQuery(recordingId));
  return (
    <section className="sharing__part" aria-label="Watched by">
      <h3>Watched by</h3>
      {error && !views ? <p role="alert">{sentenceOf(error)}</p> : null}
      {views?.length === 0 ? <p className="field__hint">Nobody but you.</p> : null}
      {views && views.length > 0 ? (
        <ul className="sharing__views">
          {views.map(({ at, what, name, share_id }) => (
            <li key={`${at} ${name ?? share_id}`}>
              <bdi>
                {name ?? (share_id === null ? 'Somebody who is gone' : 'Somebody by a link')}
              </bdi>
              <time dateTime={at} title={formatFullDate(at)}>
                {what === 'downloaded' ? 'downloaded, ' : ''}
                {formatMoment(at, new Date())}
              </time>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
