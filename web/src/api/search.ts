import { body, client } from './client';
import type { components } from './schema';

export type SearchHit = components['schemas']['SearchHit'];
type SearchResult = components['schemas']['SearchResult'];
type Signal = { readonly signal: AbortSignal };

/** The server's limit, in code points: it refuses longer texts. */
export const kSearchCharactersMax = 200;
/** How many hits are shown. More would not be read in a small window; another word helps more. */
const kHitsShown = 30;

/** The first hits. A search that is no longer wanted is aborted. */
export const searchQuery = (q: string) => ({
  queryKey: ['search', q] as const,
  queryFn: async ({ signal }: Signal): Promise<SearchResult> =>
    body(await client.GET('/api/search', { params: { query: { q, limit: kHitsShown } }, signal })),
});
