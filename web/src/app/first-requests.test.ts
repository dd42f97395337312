// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { aboutQuery } from '../api/about';
import { chatsQuery } from '../api/chats';
import { firstRequests } from '../api/first-requests';
import { recordingsQuery } from '../api/recordings';

afterEach(() => vi.unstubAllGlobals());

test('what is requested first is what the lists ask for', async () => {
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
    queries.fetchInfiniteQuery(recordingsQuery()),
  ]);
  expect(asked).toEqual(firstRequests('/recordings', ''));
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
