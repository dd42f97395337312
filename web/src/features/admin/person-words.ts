import type { User } from '../../api/users';
import { isolated } from '../../media/text';
import { formatCount, formatMomentWithin } from '../../ui/format';
import { roleNames } from '../../ui/role-words';

/** Somebody's name; where the issuer gave none, their address, or the start of their id. */
export const personName = ({ name, email, id }: Pick<User, 'name' | 'email' | 'id'>): string =>
  isolated(name || email || `User ${id.slice(-6)}`);

const count = (many: number, one: string): string =>
  `${formatCount(many)} ${many === 1 ? one : `${one}s`}`;

/** "3 chats, 5 recordings"; "nothing" where there is none. */
export function ownsWords({ chats, recordings }: Pick<User, 'chats' | 'recordings'>): string {
  const parts = [
    ...(chats > 0 ? [count(chats, 'chat')] : []),
    ...(recordings > 0 ? [count(recordings, 'recording')] : []),
  ];
  return parts.join(', ') || 'nothing';
}

/** The local user's row came with the schema: nobody knows since when it is used. */
const kKnownSince = Date.parse('2020-01-01T00:00:00Z');

/** What is said of somebody below their name. */
export function personFacts(user: User, now: Date): string {
  const owns = ownsWords(user);
  return [
    ...(user.email && user.name ? [isolated(user.email)] : []),
    roleNames([...user.roles, ...user.issuer_roles]),
    owns === 'nothing' ? 'nothing of their own' : owns,
    ...(Date.parse(user.created_at) > kKnownSince
      ? [`since ${formatMomentWithin(user.created_at, now)}`]
      : []),
  ].join(' · ');
}
