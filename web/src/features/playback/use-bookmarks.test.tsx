// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { client } from '../../api/client';
import { useBookmarks } from './use-bookmarks';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a moment that is bookmarked three times is one bookmark', async () => {
  vi.spyOn(client, 'GET').mockResolvedValue({ data: { bookmarks: [] } } as never);
  const post = vi.spyOn(client, 'POST').mockImplementation((async (
    _: string,
    { body }: { body: { at_ms: number; note: string } },
  ) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { data: { id: `b${body.at_ms}`, created_at: '', ...body } };
  }) as never);
  const queries = new QueryClient();
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useBookmarks('r', 60_000, true), { wrapper });
  await act(() => vi.advanceTimersByTimeAsync(10));
  const press = (ms: number) => act(async () => void result.current.add(ms));
  await press(20_000.2);
  await press(20_000.4);
  await act(() => vi.advanceTimersByTimeAsync(200));
  await press(20_000);
  await press(21_000);
  await act(() => vi.advanceTimersByTimeAsync(200));
  expect(post).toHaveBeenCalledTimes(2);
  expect(result.current.list.map(({ at_ms }) => at_ms)).toEqual([20_000, 21_000]);
});
