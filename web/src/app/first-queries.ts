import type { QueryClient } from '@tanstack/react-query';
import { aboutQuery } from '../api/about';
import { chatsQuery } from '../api/chats';
import { firstRequests } from '../api/first-requests';
import { lastRecordingsQuery, recordingsQuery } from '../api/recordings';

/**
 * Takes the answers to the first requests (main.ts) into the store, so that the first picture of the page has its rows
 * and nothing is rendered twice. Resolves when all are there, also when some failed: their places ask again.
 */
export async function firstQueries(
  queries: QueryClient,
  pathname: string,
  search: string,
): Promise<void> {
  if (firstRequests(pathname, search).length === 0) return;
  await Promise.all([
    pathname === '/' && queries.prefetchInfiniteQuery(lastRecordingsQuery),
    pathname === '/recordings' && queries.prefetchInfiniteQuery(recordingsQuery()),
    queries.prefetchInfiniteQuery(chatsQuery),
    queries.prefetchQuery(aboutQuery),
  ]);
}
