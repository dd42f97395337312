import { ours } from './api-error';
import { body, client } from './client';
import type { components } from './schema';

export type Me = components['schemas']['Me'];
export type Issuer = components['schemas']['IssuerList']['issuers'][number];
export type LoginSession = components['schemas']['Session'];
type Signal = { readonly signal: AbortSignal };

/** Who asks. Where no login is configured everybody is the local user. */
export const meQuery = {
  queryKey: ['me'] as const,
  queryFn: async ({ signal }: Signal): Promise<Me> =>
    ours(
      body(await client.GET('/api/me', { signal })),
      ({ id, authenticated_by }) => typeof id === 'string' && typeof authenticated_by === 'string',
    ),
};

/** By whom one can log in. */
export const issuersQuery = {
  queryKey: ['issuers'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly Issuer[]> =>
    ours(body(await client.GET('/api/auth/issuers', { signal })), ({ issuers }) =>
      Array.isArray(issuers),
    ).issuers,
};

/** Where this person is logged in, the newest first. */
export const sessionsQuery = {
  queryKey: ['me', 'sessions'] as const,
  queryFn: async ({ signal }: Signal): Promise<readonly LoginSession[]> =>
    ours(body(await client.GET('/api/auth/sessions', { signal })), ({ sessions }) =>
      Array.isArray(sessions),
    ).sessions,
};

export const endSession = async (sessionId: string): Promise<void> => {
  await client.DELETE('/api/auth/sessions/{session_id}', {
    params: { path: { session_id: sessionId } },
  });
};

/** Ends this one, too. */
export const endAllSessions = async (): Promise<void> => {
  await client.DELETE('/api/auth/sessions', {});
};

/** Returns where the browser goes now; that may be the issuer's own logout. */
export const logOut = async (): Promise<string> =>
  body(await client.POST('/api/auth/logout', { body: {} })).next;

/** Where a login begins. `path`: of this app, where one comes back to. Pure. */
export const loginAddress = (issuerId: string, path: string): string =>
  `/api/auth/${encodeURIComponent(issuerId)}/login?${new URLSearchParams({ return: path })}`;
