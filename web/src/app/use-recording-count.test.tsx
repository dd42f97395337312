// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { aboutQuery } from '../api/about';
import { lastRecordingsQuery } from '../api/recordings';
import { removals } from '../ui/removals';
import { toasts } from '../ui/toasts';
import { useRecordingCount } from './use-recording-count';

afterEach(cleanup);

const rows = ['a', 'b', 'c'].map((id) => ({ id, chat_id: id === 'c' ? 'two' : 'one' }));

function count(known = true) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  if (known) queries.setQueryData<unknown>(aboutQuery.queryKey, { storage: { recordings: 7 } });
  queries.setQueryData<unknown>(lastRecordingsQuery.queryKey, {
    pages: [{ recordings: rows, totals: null, next_cursor: null }],
    pageParams: [null],
  });
  return renderHook(() => useRecordingCount(), {
    wrapper: ({ children }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    ),
  }).result;
}
const remove = (...keys: string[]) =>
  act(() =>
    removals.remove({ keys, text: keys.join(), commit: async () => {}, failure: () => '' }),
  );
const undo = () => act(() => toasts.act());

test('the number of recordings follows a deletion at once, and comes back with Undo', () => {
  const shown = count();
  expect(shown.current).toBe(7);
  remove('recording:a', 'recording:z');
  expect(shown.current).toBe(5);
  // Of the two recordings of this chat one is hidden already.
  remove('chat:one');
  expect(shown.current).toBe(4);
  remove('task:c');
  expect(shown.current).toBe(4);
  undo();
  undo();
  expect(shown.current).toBe(5);
  undo();
  expect(shown.current).toBe(7);
});

test('what is not known is not counted', () => {
  expect(count(false).current).toBeNull();
});
