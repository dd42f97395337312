import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, sentenceOf } from '../../api/api-error';
import { type Invitation, invitationsQuery, invite, takeInvitationBack } from '../../api/users';
import { isolated } from '../../media/text';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { formatMomentWithin } from '../../ui/format';
import { roleNames } from '../../ui/role-words';
import '../../ui/rows.css';
import { toasts } from '../../ui/toasts';

/** Who was invited. Taking one back counts at once and can be undone: the address is invited again. */
export function InvitationsList() {
  const queries = useQueryClient();
  const { data: invitations, error } = useQuery(invitationsQuery);
  const again = () => queries.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  const undo = async ({ email, roles }: Invitation) => {
    try {
      await invite(email, roles);
    } catch (failure) {
      toasts.show(`They were not invited again. ${sentenceOf(failure)}`, { tone: 'error' });
    }
    await again();
  };
  const takeBack = useMutation({
    mutationFn: ({ id }: Invitation) =>
      takeInvitationBack(id).catch((failure: unknown) => {
        // Another admin was quicker.
        if (!(failure instanceof ApiError && failure.status === 404)) throw failure;
      }),
    onSuccess: (_, one) => {
      toasts.show(
        `The invitation of ${isolated(one.email)} is taken back.`,
        one.user_id ? {} : { action: { label: 'Undo', undoes: true, run: () => void undo(one) } },
      );
      return again();
    },
    onError: (failure) =>
      toasts.show(`The invitation stands. ${sentenceOf(failure)}`, { tone: 'error' }),
  });
  if (error && !invitations) return <p role="alert">{sentenceOf(error)}</p>;
  if (!invitations) return null;
  if (invitations.length === 0) return <p>Nobody is invited.</p>;
  const now = new Date();
  return (
    <ul className="rows" aria-label="Invitations">
      {invitations.map((one) => (
        <li key={one.id}>
          <p>
            <strong>{isolated(one.email)}</strong>{' '}
            <Badge>{one.user_id ? 'Came' : 'Not here yet'}</Badge>
            <small>
              {roleNames(one.roles)} · invited {formatMomentWithin(one.created_at, now)}
              {one.user_id
                ? ' · without it they log in only if a rule of the settings admits them'
                : ''}
            </small>
          </p>
          <Button
            variant="line"
            aria-label={`Take back the invitation of ${one.email}`}
            loading={takeBack.isPending && takeBack.variables.id === one.id}
            onClick={() => takeBack.mutate(one)}
          >
            Take back
          </Button>
        </li>
      ))}
    </ul>
  );
}
