// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { aboutQuery } from '../api/about';
import { chatsQuery } from '../api/chats';
import { firstRequests } from '../api/first-requests';
import { lastRecordingsQuery, recordingsQuery } from '../api/recordings';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['/', lastRecordingsQuery],
  ['/recordings', recordingsQuery()],
] as const)('what is requested first at %s is what its lists ask for', async (path, list) => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async ({ url }: Request) => {
    const { pathname, search } = new URL(url);
    asked.push(pathname + search);
    throw new TypeError('away');
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await Promise.allSettled([
    queries.fetchQuery(aboutQuery),
    queries.fetchInfiniteQuery(chatsQuery),
    queries.fetchInfiniteQuery(list as never),
  ]);
  expect(asked.toSorted()).toEqual(firstRequests(path, '').toSorted());
});

test.each([
  ['/', '', 3],
  ['/recordings', '', 3],
  ['/recordings', '?q=tea', 0],
  ['/chats/new', '', 2],
  ['/settings', '', 2],
])('%s%s has %i', (pathname, search, count) => {
  expect(firstRequests(pathname, search)).toHaveLength(count);
});
