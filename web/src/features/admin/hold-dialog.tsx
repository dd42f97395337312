import type { User } from '../../api/users';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FailedSentence } from '../../ui/failed-sentence';
import { personName } from './person-words';
import { useChangeUser } from './use-change-user';

type Props = { readonly user: User; readonly onClose: () => void };

/** Says what a legal hold does before it begins or ends. */
export function HoldDialog({ user, onClose }: Props) {
  const change = useChangeUser();
  const { held } = user;
  const name = personName(user);
  return (
    <Dialog
      width="narrow"
      title={held ? `End the legal hold of ${name}?` : `Put a legal hold on ${name}?`}
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            loading={change.isPending}
            onClick={() =>
              change.mutate({ id: user.id, change: { held: !held } }, { onSuccess: onClose })
            }
          >
            {held ? 'End the hold' : 'Hold'}
          </Button>
        </div>
      }
    >
      <ul className="admin__points">
        {held ? (
          <>
            <li>They can delete their recordings, their chats and their account again.</li>
            <li>
              Recordings whose time is over are erased within a minute. What they hold themselves
              stays.
            </li>
          </>
        ) : (
          <>
            <li>
              Nothing of theirs is erased, also what is still to come: not by its age, not by
              themselves.
            </li>
            <li>Their account can be neither erased nor handed over.</li>
            <li>They see “Held” on each recording, and are told so when they try to delete.</li>
            <li>You see no recording of theirs by it.</li>
          </>
        )}
        <li>Who began and ended a hold is in the audit log.</li>
      </ul>
      <FailedSentence error={change.error}>Nothing was changed.</FailedSentence>
    </Dialog>
  );
}
