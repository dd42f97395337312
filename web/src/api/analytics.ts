import { body, client } from './client';
import type { components } from './schema';

export type InteractionStats = components['schemas']['InteractionStats'];
type Signal = { readonly signal: AbortSignal };

/** What was logged of oneself and is kept. */
export const interactionStatsQuery = {
  queryKey: ['analytics', 'stats'] as const,
  queryFn: async ({ signal }: Signal): Promise<InteractionStats> =>
    body(await client.GET('/api/analytics/stats', { signal })),
};

/** Where one's own events are, as lines of JSON or as a table. */
export const interactionFiles = {
  jsonl: '/api/analytics/events',
  csv: '/api/analytics/events?format=csv',
};
