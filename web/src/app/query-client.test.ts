// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';
import { aboutQuery } from '../api/about';
import { unreachable } from '../api/api-error';
import { chatsQuery, createChat } from '../api/chats';
import { newQueryClient } from './query-client';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['loads', () => chatsQuery.queryFn({ signal: new AbortController().signal, pageParam: null })],
  ['changes', createChat],
])(
  'a request that %s something and finds the server gone asks at once whether it is',
  async (_, ask) => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    const queries = newQueryClient();
    let there = true;
    const asked = vi.fn(() => (there ? Promise.resolve({}) : Promise.reject(unreachable())));
    await queries.prefetchQuery({ ...aboutQuery, queryFn: asked, retry: false } as never);
    there = false;
    // Times of answers are kept in whole milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await ask().catch(() => {});
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
    // Now that is known.
    await ask().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toHaveBeenCalledTimes(2);
  },
);
