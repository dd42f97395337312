import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { Me } from '../../api/account';
import {
  type AccountExport,
  createExport,
  exportFile,
  exportsQuery,
  removeExport,
} from '../../api/account-data';
import { sentenceOf } from '../../api/api-error';
import { Button } from '../../ui/button';
import { buttonClass } from '../../ui/button-class';
import { FailedSentence } from '../../ui/failed-sentence';
import { Progress } from '../../ui/progress';
import '../../ui/rows.css';
import { toasts } from '../../ui/toasts';
import { exportFacts, exportName } from './export-words';
import { FreshLogin, useIsFresh } from './fresh-login';

/** How often the list is asked for while an export is being made. */
const kMakingPollMs = 2_000;

/** Everything that is one's own, as a file: asked for, made, downloaded, removed. */
export function ExportSection({ me }: { readonly me: Me }) {
  const queries = useQueryClient();
  const fresh = useIsFresh(me);
  const { data: exports, error } = useQuery({
    ...exportsQuery,
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.state === 'making') ? kMakingPollMs : false,
  });
  const again = () => queries.invalidateQueries({ queryKey: exportsQuery.queryKey });
  const make = useMutation({ mutationFn: createExport, onSuccess: again });
  const remove = useMutation({
    mutationFn: ({ id }: AccountExport) => removeExport(id),
    onSettled: again,
    onError: (failure) =>
      toasts.show(`The export was not removed. ${sentenceOf(failure)}`, { tone: 'error' }),
  });
  const making = exports?.some(({ state }) => state === 'making') ?? false;
  return (
    <>
      <p>
        A zip with all that is yours: chats, recordings as they were recorded, films, transcripts,
        bookmarks, and a list with the hash of each file. It is made on the server, which may take
        minutes.
      </p>
      {error && !exports ? <p role="alert">{sentenceOf(error)}</p> : null}
      {exports && exports.length > 0 ? (
        <ul className="rows" aria-label="Exports">
          {exports.map((one) => (
            <ExportRow
              key={one.id}
              one={one}
              fresh={fresh}
              removing={remove.isPending && remove.variables.id === one.id}
              onRemove={() => remove.mutate(one)}
            />
          ))}
        </ul>
      ) : null}
      <FailedSentence error={make.error}>No export was begun.</FailedSentence>
      {making ? null : fresh ? (
        <Button variant="line" loading={make.isPending} onClick={() => make.mutate()}>
          Make an export
        </Button>
      ) : (
        <FreshLogin what="An export, and its download," />
      )}
    </>
  );
}

type RowProps = {
  readonly one: AccountExport;
  readonly fresh: boolean;
  readonly removing: boolean;
  readonly onRemove: () => void;
};

const ExportRow = ({ one, fresh, removing, onRemove }: RowProps) => (
  <li>
    <div>
      <strong role="status">{exportName(one)}</strong>
      <small>{exportFacts(one, new Date())}</small>
      {one.state === 'making' ? <Progress label="Making the export" value={null} /> : null}
    </div>
    <div className="rows__acts">
      {one.state === 'ready' && fresh ? (
        <a
          className={buttonClass({ variant: 'primary', size: 'normal' })}
          href={exportFile(one.id)}
          download
        >
          <Download aria-hidden />
          Download
        </a>
      ) : null}
      <Button variant="line" loading={removing} onClick={onRemove}>
        {one.state === 'making' ? 'Cancel' : 'Remove'}
      </Button>
    </div>
  </li>
);
