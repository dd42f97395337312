import { ours } from './api-error';
import { body, client } from './client';
import type { components } from './schema';

export type About = components['schemas']['About'];

/** What this server is, who answers the person, and how much storage is left. */
export const aboutQuery = {
  queryKey: ['about'] as const,
  queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<About> => {
    // This request shows whether the server answers, so JSON of somebody else must not count.
    return ours(
      body(await client.GET('/api/about', { signal })),
      ({ storage }) => typeof storage?.used_bytes === 'number',
    );
  },
};
