// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { aboutQuery } from '../api/about';
import { unreachable } from '../api/api-error';
import { newQueryClient } from './query-client';

test('a request that finds the server gone asks at once whether it is', async () => {
  const queries = newQueryClient();
  const failed = () => Promise.reject(unreachable());
  const request = (name: string) =>
    queries.fetchQuery({ queryKey: [name], queryFn: failed, retry: false }).catch(() => {});
  let there = true;
  const asked = vi.fn(() => (there ? Promise.resolve({}) : failed()));
  await queries.prefetchQuery({ ...aboutQuery, queryFn: asked, retry: false } as never);
  there = false;
  // Times of answers are kept in whole milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await request('chats');
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
  // Now that is known.
  await request('recordings');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toHaveBeenCalledTimes(2);
});
