import { Ban, CircleCheck, Ellipsis, Lock, ScrollText, Share, ShieldUser } from 'lucide-react';
import type { User } from '../../api/users';
import { Badge } from '../../ui/badge';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem, MenuRule } from '../../ui/menu';
import { ownsWords, personFacts, personName } from './person-words';

export type UserAct = 'roles' | 'hand-over' | 'log' | 'hold' | 'disable' | 'enable';
type Props = {
  readonly user: User;
  readonly own: boolean;
  readonly now: Date;
  readonly onAct: (act: UserAct, user: User) => void;
};

/** Somebody with an account, and what can be done about them. */
export function UserRow({ user, own, now, onAct }: Props) {
  const disabled = user.state === 'disabled';
  return (
    <li>
      <p>
        <strong>{personName(user)}</strong> {own ? <Badge>You</Badge> : null}
        {disabled ? <Badge tone="error">Disabled</Badge> : null}
        {user.held ? <Badge>Legal hold</Badge> : null}
        <small>{personFacts(user, now)}</small>
      </p>
      <Menu trigger={<IconButton label={`More about ${personName(user)}`} icon={<Ellipsis />} />}>
        <MenuItem icon={<ShieldUser />} onSelect={() => onAct('roles', user)}>
          Roles…
        </MenuItem>
        {ownsWords(user) === 'nothing' ? null : (
          <MenuItem icon={<Share />} onSelect={() => onAct('hand-over', user)}>
            Hand over what they own…
          </MenuItem>
        )}
        <MenuItem icon={<ScrollText />} onSelect={() => onAct('log', user)}>
          What they did
        </MenuItem>
        <MenuItem icon={<Lock />} onSelect={() => onAct('hold', user)}>
          {user.held ? 'End the legal hold…' : 'Legal hold…'}
        </MenuItem>
        {own && !disabled ? null : <MenuRule />}
        {disabled ? (
          <MenuItem icon={<CircleCheck />} onSelect={() => onAct('enable', user)}>
            Enable
          </MenuItem>
        ) : own ? null : (
          <MenuItem icon={<Ban />} onSelect={() => onAct('disable', user)}>
            Disable…
          </MenuItem>
        )}
      </Menu>
    </li>
  );
}
