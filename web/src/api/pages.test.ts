import { expect, test, vi } from 'vitest';
import { mapPages, pagedQuery } from './pages';

const signal = new AbortController().signal;

test('a page names the next one by its cursor; the last page names none', async () => {
  const ask = vi.fn(async (query: { readonly cursor?: string }) =>
    query.cursor === 'b' ? { rows: [2], next_cursor: null } : { rows: [1], next_cursor: 'b' },
  );
  const query = pagedQuery(['rows'] as const, 'rows', ask);
  const first = await query.queryFn({ signal, pageParam: query.initialPageParam });
  expect(ask.mock.lastCall).toEqual([{}, signal]);
  const next = query.getNextPageParam(first);
  const second = await query.queryFn({ signal, pageParam: next });
  expect(ask.mock.lastCall).toEqual([{ cursor: 'b' }, signal]);
  expect(second.rows).toEqual([2]);
  expect(query.getNextPageParam(second)).toBeNull();
});

test('a page without rows is not an answer of our server', async () => {
  for (const page of [{ status: 'ok' }, { rows: null }, { rows: {} }, [], null, 7]) {
    const ask = async () => page as unknown as { rows: number[]; next_cursor: null };
    const asked = pagedQuery(['rows'] as const, 'rows', ask).queryFn({ signal, pageParam: null });
    await expect(asked, JSON.stringify(page)).rejects.toMatchObject({ kind: 'unreachable' });
  }
});

test('pages are changed one by one; a list that is not loaded stays so', () => {
  const list = { pages: [[1, 2], [3]], pageParams: [null, 'b'] };
  expect(mapPages(list, (page) => page.map((row) => row * 2))).toEqual({
    pages: [[2, 4], [6]],
    pageParams: [null, 'b'],
  });
  expect(mapPages<number[]>(undefined, (page) => page)).toBeUndefined();
});
