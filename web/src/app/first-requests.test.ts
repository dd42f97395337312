// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { firstRequests } from '../api/first-requests';
import { firstQueries } from './first-queries';

afterEach(() => vi.unstubAllGlobals());

test.each(['/', '/recordings', '/chats/new', '/recordings/1'])(
  'what is requested first at %s is what the app asks for',
  async (path) => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async ({ url }: Request) => {
      const { pathname, search } = new URL(url);
      asked.push(pathname + search);
      throw new TypeError('away');
    });
    await firstQueries(new QueryClient(), path, '');
    expect(asked.toSorted()).toEqual(firstRequests(path, '').toSorted());
  },
);

test.each([
  ['/', '', 3],
  ['/recordings', '', 3],
  ['/recordings', '?q=tea', 0],
  ['/chats/new', '', 2],
  ['/settings', '', 2],
  ['/recordings/1', '', 0],
  ['/login', '?return=%2F', 0],
  ['/login/back', '', 0],
  ['/link/1', '', 0],
  ['/study', '', 0],
])('%s%s has %i', (pathname, search, count) => {
  expect(firstRequests(pathname, search)).toHaveLength(count);
});
