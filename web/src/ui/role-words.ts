import type { components } from '../api/schema';

export type Role = components['schemas']['Me']['roles'][number];

/** What each role may do, in the words of the page. Everybody is a participant. */
export const kRoles: Readonly<Record<Role, { readonly name: string; readonly means: string }>> = {
  participant: {
    name: 'Participant',
    means: 'Has chats, live sessions and recordings of their own. Everybody is one.',
  },
  researcher: {
    name: 'Researcher',
    means: 'Also makes studies, with links for people who take part.',
  },
  admin: {
    name: 'Admin',
    means:
      'Also manages users and reads the audit log, but sees no chat or recording of anybody else.',
  },
};

const kOrder: readonly Role[] = ['admin', 'researcher', 'participant'];

/** The roles of somebody, the strongest first. Being a participant goes without saying beside another one. */
export function rolesShown(roles: readonly Role[]): readonly Role[] {
  const more = kOrder.filter((role) => role !== 'participant' && roles.includes(role));
  return more.length > 0 ? more : ['participant'];
}

export const roleNames = (roles: readonly Role[]): string =>
  rolesShown(roles)
    .map((role) => kRoles[role].name)
    .join(', ');
