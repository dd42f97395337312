import type { User } from '../../api/users';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FailedSentence } from '../../ui/failed-sentence';
import { ownsWords, personName } from './person-words';
import { useChangeUser } from './use-change-user';

type Props = { readonly user: User; readonly onClose: () => void };

/** Says what happens before somebody is locked out. */
export function DisableDialog({ user, onClose }: Props) {
  const change = useChangeUser();
  const owns = ownsWords(user);
  return (
    <Dialog
      width="narrow"
      title={`Disable ${personName(user)}?`}
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="stop"
            loading={change.isPending}
            onClick={() =>
              change.mutate({ id: user.id, change: { state: 'disabled' } }, { onSuccess: onClose })
            }
          >
            Disable
          </Button>
        </div>
      }
    >
      <ul className="admin__points">
        <li>All their logins end within 5 seconds. A talk that runs now ends, too.</li>
        <li>They cannot log in, and their API tokens are refused.</li>
        <li>
          {owns === 'nothing'
            ? 'They own nothing here.'
            : `What is theirs stays: ${owns}. Hand it over if somebody else needs it.`}
        </li>
        <li>You can enable them again at any time.</li>
      </ul>
      <FailedSentence error={change.error}>Nothing was changed.</FailedSentence>
    </Dialog>
  );
}
