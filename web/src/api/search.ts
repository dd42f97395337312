import { body, client } from './client';
import type { components } from './schema';

export type SearchHit = components['schemas']['SearchHit'];
type SearchResult = components['schemas']['SearchResult'];
type Signal = { readonly signal: AbortSignal };

/** As the server has it: longer ones are refused. In code points. */
export const kSearchCharactersMax = 200;
/** More hits than this nobody reads in a small window; another word helps more. */
const kHitsShown = 30;

/** The first hits. A search that is not wanted any more is aborted. */
export const searchQuery = (q: string) => ({
  queryKey: ['search', q] as const,
  queryFn: async ({ signal }: Signal): Promise<SearchResult> =>
    body(await client.GET('/api/search', { params: { query: { q, limit: kHitsShown } }, signal })),
});
