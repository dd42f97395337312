import { ours } from './api-error';
import { body, client } from './client';
import { pagedQuery } from './pages';
import type { components } from './schema';

export type User = components['schemas']['User'];
export type UserPage = components['schemas']['UserPage'];
export type UserChange = components['schemas']['UserChange'];
export type Invitation = components['schemas']['Invitation'];
type Signal = { readonly signal: AbortSignal };

const kUsersPerRequest = 100;
export const usersKey = ['users'] as const;
const path = (userId: string) => ({ path: { user_id: userId } });

/** Everybody with an account, the newest first. `words`: part of a name or an address; empty: all. For admins. */
export const usersQuery = (words: string) =>
  pagedQuery(
    [...usersKey, 'list', words] as const,
    'users',
    async (query, signal): Promise<UserPage> =>
      body(
        await client.GET('/api/users', {
          params: { query: { limit: kUsersPerRequest, ...(words ? { q: words } : {}), ...query } },
          signal,
        }),
      ),
  );

export const userQuery = (userId: string) => ({
  queryKey: [...usersKey, 'one', userId] as const,
  queryFn: async ({ signal }: Signal): Promise<User> =>
    ours(
      body(await client.GET('/api/users/{user_id}', { params: path(userId), signal })),
      ({ roles }) => Array.isArray(roles),
    ),
});

export const changeUser = async (userId: string, change: UserChange): Promise<User> =>
  body(await client.PATCH('/api/users/{user_id}', { params: path(userId), body: change }));

/** Everything of one user belongs to the other one then. */
export const handOver = async (fromId: string, toId: string): Promise<void> => {
  await client.POST('/api/users/{user_id}/hand-over', {
    params: path(fromId),
    body: { to: toId },
  });
};

export const invitationsQuery = {
  queryKey: [...usersKey, 'invitations'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly Invitation[]> =>
    ours(body(await client.GET('/api/invitations', { signal })), ({ invitations }) =>
      Array.isArray(invitations),
    ).invitations,
};

export const invite = async (email: string, roles: Invitation['roles']): Promise<Invitation> =>
  body(await client.POST('/api/invitations', { body: { email, roles } }));

export const takeInvitationBack = async (invitationId: string): Promise<void> => {
  await client.DELETE('/api/invitations/{invitation_id}', {
    params: { path: { invitation_id: invitationId } },
  });
};
