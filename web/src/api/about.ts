import { ApiError, ours } from './api-error';
import { body, client } from './client';
import { loginNeeded } from './login-needed';
import type { components } from './schema';

export type About = components['schemas']['About'];

type Asked = {
  readonly signal: AbortSignal;
  /** What was known before. */
  readonly client?: { getQueryData: (key: readonly ['about']) => About | undefined };
};

/** What this server is, who answers the person, and how much storage is left. */
export const aboutQuery = {
  queryKey: ['about'] as const,
  queryFn: async ({ signal, client: queries }: Asked): Promise<About> => {
    // This request shows whether the server answers, so JSON of somebody else must not count.
    const about = ours(
      body(await client.GET('/api/about', { signal })),
      ({ storage, version }) =>
        typeof storage?.used_bytes === 'number' ||
        (storage === undefined && typeof version === 'string'),
    );
    if (about.storage !== undefined) return about;
    // Whoever is not logged in gets name and version only. The server answers, so what was known stays.
    loginNeeded.say();
    const known = queries?.getQueryData(aboutQuery.queryKey);
    if (known) return known;
    throw new ApiError('problem', 'Log in first.', { status: 401, code: 'login-needed' });
  },
};

/** The name of the installation, for everybody. */
export const installationQuery = {
  queryKey: ['installation'] as const,
  queryFn: async ({ signal }: Pick<Asked, 'signal'>): Promise<Pick<About, 'name'>> =>
    ours(
      body(await client.GET('/api/about', { signal })),
      ({ name, version }) => typeof name === 'string' && typeof version === 'string',
    ),
};
