import { body, client } from './client';
import type { components } from './schema';

export type About = components['schemas']['About'];

/** What this server is, who answers, and how much room is left. */
export const aboutQuery = {
  queryKey: ['about'] as const,
  queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<About> =>
    body(await client.GET('/api/about', { signal })),
};
