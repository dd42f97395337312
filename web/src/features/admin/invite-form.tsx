import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { invitationsQuery, invite } from '../../api/users';
import { Button } from '../../ui/button';
import { Check } from '../../ui/check';
import { FailedSentence } from '../../ui/failed-sentence';
import { kRoles, type Role } from '../../ui/role-words';
import { TextField } from '../../ui/text-field';
import { toasts } from '../../ui/toasts';

/** Something on both sides of an @; the server knows the rest. */
const kLooksLikeAddress = /^\S+@\S+$/;

/** Invites somebody by their address. */
export function InviteForm() {
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['participant']);
  const [wrong, setWrong] = useState(false);
  const send = useMutation({
    mutationFn: () => invite(email.trim(), [...roles]),
    onSuccess: async (made) => {
      setEmail('');
      setRoles(['participant']);
      toasts.show(`${made.email} may log in now. Tell them: no mail is sent from here.`);
      await queries.invalidateQueries({ queryKey: invitationsQuery.queryKey });
    },
  });
  const set = (role: Role, on: boolean) =>
    setRoles(on ? [...roles, role] : roles.filter((one) => one !== role));
  return (
    <form
      className="form"
      aria-label="Invite somebody"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const looksWrong = !kLooksLikeAddress.test(email.trim());
        setWrong(looksWrong);
        if (!looksWrong && !send.isPending) send.mutate();
      }}
    >
      <TextField
        label="E-mail address"
        type="email"
        value={email}
        autoComplete="off"
        spellCheck={false}
        hint="As their issuer knows it. They come in once the issuer confirms that it is theirs."
        error={wrong ? 'This is no e-mail address. It looks like anna@example.org.' : null}
        onChange={(event) => {
          setEmail(event.currentTarget.value);
          setWrong(false);
        }}
      />
      <fieldset>
        <legend className="field__label">Roles beside participant</legend>
        {(['researcher', 'admin'] as const).map((role) => (
          <Check key={role} checked={roles.includes(role)} onChange={(on) => set(role, on)}>
            {kRoles[role].name}
          </Check>
        ))}
      </fieldset>
      <FailedSentence error={send.error}>Nobody was invited.</FailedSentence>
      <Button type="submit" variant="primary" loading={send.isPending}>
        Invite
      </Button>
    </form>
  );
}
