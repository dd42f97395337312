// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useTitleFromWords } from './use-title-from-words';

afterEach(cleanup);

function Page({ chatId, unfinished }: { readonly chatId: string; readonly unfinished: boolean }) {
  useTitleFromWords(chatId, unfinished);
  return null;
}

/** Shows a chat in these states, one after another; returns what was requested again. */
function asked(...states: readonly (readonly [string, boolean])[]): unknown[] {
  const queries = new QueryClient();
  const again = vi.spyOn(queries, 'invalidateQueries');
  const page = ([chatId, unfinished]: readonly [string, boolean]) => (
    <QueryClientProvider client={queries}>
      <Page {...{ chatId, unfinished }} />
    </QueryClientProvider>
  );
  const [first, ...rest] = states;
  if (!first) return [];
  const { rerender } = render(page(first));
  for (const state of rest) rerender(page(state));
  return again.mock.calls.map(([filter]) => filter?.queryKey);
}

test.each([
  [
    'a session that ended between two looks',
    [
      ['a', true],
      ['a', false],
    ],
    [['chats'], ['chats', 'a']],
  ],
  [
    'a session that runs',
    [
      ['a', true],
      ['a', true],
    ],
    [],
  ],
  [
    'a chat whose sessions are long over',
    [
      ['a', false],
      ['a', false],
    ],
    [],
  ],
  [
    'another chat was opened',
    [
      ['a', true],
      ['b', false],
    ],
    [],
  ],
] as const)('%s', (_, states, expected) => {
  expect(asked(...states)).toEqual(expected);
});
