import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, KeyRound, Link2, User } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ApiError, sentenceOf } from '../../api/api-error';
import {
  createShare,
  removeShare,
  type Share,
  type Shareable,
  type ShareWish,
  sharesQuery,
} from '../../api/shares';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Note } from '../../ui/note';
import { receiver, shareFacts } from '../../ui/share-words';
import { Skeleton } from '../../ui/skeleton';
import { toasts } from '../../ui/toasts';
import { useHealing } from '../../ui/use-healing';
import { AddPerson } from './add-person';
import { linkAddress } from './link-address';
import { MadeLink } from './made-link';
import { MakeLink } from './make-link';
import './sharing.css';
import { WatchedBy } from './watched-by';

type Props = {
  readonly what: Shareable;
  /** What this server lets people do. */
  readonly sharing: 'users' | 'links';
  /** The moment in the player; null: there is none. */
  readonly atMs: number | null;
  /** Leads to a new login, which ends in a window of its own. */
  readonly loginAgain: ReactNode;
  readonly onClose: () => void;
};

/** Who can see a recording or a chat, and who else shall. */
export function ShareDialog({ what, sharing, atMs, loginAgain, onClose }: Props) {
  const queries = useQueryClient();
  const query = sharesQuery(what);
  const { data: shares, error } = useQuery(query);
  const [link, setLink] = useState<string | null>(null);
  const again = () => queries.invalidateQueries({ queryKey: query.queryKey });
  const make = useMutation({
    mutationFn: (wish: ShareWish) => createShare(what, wish),
    onSuccess: ({ secret }) => {
      if (secret) setLink(linkAddress(secret, location.origin));
      return again();
    },
  });
  const remove = useMutation({
    mutationFn: ({ id }: Share) => removeShare(id),
    onSuccess: again,
    onError: (failure) =>
      toasts.show(`It was not taken back. ${sentenceOf(failure)}`, { tone: 'error' }),
  });
  const recording = what.kind === 'recording';
  return (
    <Dialog
      width="narrow"
      title={recording ? 'Share this recording' : 'Share this chat'}
      description={
        recording
          ? 'They can watch it and read along. They see nothing else of yours.'
          : 'They can read it and watch every recording in it, also what is to come. They see nothing else of yours.'
      }
      onClose={onClose}
    >
      <div className="sharing">
        <section aria-label="Who can see it">
          <h3>Who can see it</h3>
          {error && !shares ? <p role="alert">{sentenceOf(error)}</p> : null}
          {shares ? (
            <ShareList
              {...{ shares, what }}
              busy={remove.isPending ? remove.variables.id : null}
              onRemove={(share) => remove.mutate(share)}
            />
          ) : error ? null : (
            <Skeleton height="40px" />
          )}
        </section>
        <Failure error={make.error} loginAgain={loginAgain} />
        <AddPerson make={make.mutateAsync} />
        {sharing === 'links' ? <MakeLink atMs={atMs} make={make.mutateAsync} /> : null}
        {link ? <MadeLink link={link} listed={shares?.length ?? 0} /> : null}
        {recording ? <WatchedBy recordingId={what.id} /> : null}
      </div>
    </Dialog>
  );
}

type ListProps = {
  readonly shares: readonly Share[];
  readonly what: Shareable;
  /** The share that is being taken back. */
  readonly busy: string | null;
  readonly onRemove: (share: Share) => void;
};

const ShareList = ({ shares, what, busy, onRemove }: ListProps) => (
  <ul className="sharing__list">
    <li>
      <User aria-hidden />
      <p>You</p>
    </li>
    {shares.map((share) => (
      <li key={share.id}>
        {share.kind === 'link' ? <Link2 aria-hidden /> : <User aria-hidden />}
        <p>
          <bdi>{receiver(share)}</bdi>
          <small>{shareFacts(share, what.kind, new Date())}</small>
        </p>
        <Button
          variant="line"
          loading={busy === share.id}
          aria-label={`Take back: ${receiver(share)}`}
          onClick={() => onRemove(share)}
        >
          Take back
        </Button>
      </li>
    ))}
  </ul>
);

function Failure({
  error,
  loginAgain,
}: {
  readonly error: unknown;
  readonly loginAgain: ReactNode;
}) {
  const shown = useHealing(error);
  if (!shown) return null;
  if (error instanceof ApiError && error.code === 'fresh-login-needed') {
    return (
      <div className="sharing__again">
        <Note icon={<KeyRound aria-hidden />} announce="alert" title="Log in again to share.">
          Your login is older than ten minutes. The login opens in a window of its own; then try
          again here.
        </Note>
        {loginAgain}
      </div>
    );
  }
  return (
    <Note icon={<CircleAlert aria-hidden />} tone="error" announce="alert" title="Not shared.">
      {sentenceOf(shown)}
    </Note>
  );
}
