import { useState } from 'react';
import type { User } from '../../api/users';
import { Button } from '../../ui/button';
import { Check } from '../../ui/check';
import { Dialog } from '../../ui/dialog';
import { FailedSentence } from '../../ui/failed-sentence';
import { kRoles, type Role } from '../../ui/role-words';
import { personName } from './person-words';
import { useChangeUser } from './use-change-user';

type Props = {
  readonly user: User;
  /** It is the account of the person who changes it. */
  readonly own: boolean;
  readonly onClose: () => void;
};

const kByIssuer = 'Given by the issuer of their login. It can be taken there only.';

/** Gives and takes roles. Taking one's own rights away says what that means first. */
export function RolesDialog({ user, own, onClose }: Props) {
  const [roles, setRoles] = useState<readonly Role[]>(user.roles);
  const change = useChangeUser();
  const givesUp =
    own &&
    user.roles.includes('admin') &&
    !roles.includes('admin') &&
    !user.issuer_roles.includes('admin');
  const save = () =>
    change.mutate({ id: user.id, change: { roles: [...roles] } }, { onSuccess: onClose });
  const set = (role: Role, on: boolean) =>
    setRoles(on ? [...roles, role] : roles.filter((one) => one !== role));
  return (
    <Dialog
      width="narrow"
      title={`Roles of ${personName(user)}`}
      description="They count from the next request on."
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant={givesUp ? 'stop' : 'primary'} loading={change.isPending} onClick={save}>
            {givesUp ? 'Give up being an admin' : 'Save'}
          </Button>
        </div>
      }
    >
      <Check checked disabled onChange={() => {}} hint={kRoles.participant.means}>
        {kRoles.participant.name}
      </Check>
      {(['researcher', 'admin'] as const).map((role) => {
        const fixed = user.issuer_roles.includes(role) && !user.roles.includes(role);
        return (
          <Check
            key={role}
            checked={fixed || roles.includes(role)}
            disabled={fixed}
            hint={fixed ? kByIssuer : kRoles[role].means}
            onChange={(on) => set(role, on)}
          >
            {kRoles[role].name}
          </Check>
        );
      })}
      {givesUp ? (
        <p className="admin__warning" role="alert">
          This is your own account. You will no longer be able to open this page; only another admin
          can give it back to you.
        </p>
      ) : null}
      <FailedSentence error={change.error}>Nothing was changed.</FailedSentence>
    </Dialog>
  );
}
