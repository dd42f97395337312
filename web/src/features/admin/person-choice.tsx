import { useId, useState } from 'react';
import { sentenceOf } from '../../api/api-error';
import type { User } from '../../api/users';
import { TextField } from '../../ui/text-field';
import { personName } from './person-words';
import { useSettled } from './use-settled';
import { useUsers } from './use-users';

/** How many are offered; whoever looks for somebody else types more of the name. */
const kOfferedMax = 8;

type Props = {
  readonly chosen: User | null;
  readonly onChoose: (user: User) => void;
  /** Who may be chosen. */
  readonly mayBe: (user: User) => boolean;
};

/** One of the users, found by part of their name or address. */
export function PersonChoice({ chosen, onChoose, mayBe }: Props) {
  const [typed, setTyped] = useState('');
  const { users, error } = useUsers(useSettled(typed));
  const name = useId();
  const offered = (users ?? []).filter(mayBe);
  const shown = offered.slice(0, kOfferedMax);
  return (
    <div className="form">
      <TextField
        label="Name or e-mail"
        type="search"
        value={typed}
        autoComplete="off"
        data-autofocus
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {error && !users ? <p role="alert">{sentenceOf(error)}</p> : null}
      {users && shown.length === 0 ? <p>Nobody fits.</p> : null}
      <fieldset>
        <legend className="visually-hidden">People</legend>
        {shown.map((user) => (
          <label key={user.id} className="admin__option">
            <input
              type="radio"
              name={name}
              checked={chosen?.id === user.id}
              onChange={() => onChoose(user)}
            />
            <span>
              {personName(user)}
              {user.name && user.email ? (
                <small>
                  <bdi>{user.email}</bdi>
                </small>
              ) : null}
            </span>
          </label>
        ))}
      </fieldset>
      {offered.length > shown.length ? (
        <p className="field__hint">There are more. Type part of the name.</p>
      ) : null}
    </div>
  );
}
