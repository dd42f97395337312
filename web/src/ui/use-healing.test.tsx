// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type About, aboutQuery } from '../api/about';
import { ApiError, unreachable } from '../api/api-error';
import { useHealing } from './use-healing';

let answers = true;
let queries: QueryClient;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  answers = true;
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  vi.spyOn(aboutQuery, 'queryFn').mockImplementation(async () => {
    if (!answers) throw unreachable();
    return {} as About;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Asks whether the server is there, as the app does. */
const look = (afterMs: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(afterMs);
    await queries.fetchQuery({ ...aboutQuery, staleTime: 0 }).catch(() => {});
    await vi.advanceTimersByTimeAsync(1); // whoever reads it is told a little later
  });

const wrapper = ({ children }: { readonly children: ReactNode }) => (
  <QueryClientProvider client={queries}>{children}</QueryClientProvider>
);
const show = (first: unknown) =>
  renderHook(({ error }) => useHealing(error), { wrapper, initialProps: { error: first } });

test('that the server does not answer is said until it is back', async () => {
  await look(0);
  const shown = show(null);
  const error = unreachable();
  answers = false;
  await act(() => vi.advanceTimersByTimeAsync(100));
  shown.rerender({ error });
  expect(shown.result.current).toBe(error);
  await look(100);
  await look(4_000);
  expect(shown.result.current).toBe(error);
  answers = true;
  await look(4_000);
  expect(shown.result.current).toBeNull();
  // The next try that fails says so again.
  const next = unreachable();
  shown.rerender({ error: next });
  expect(shown.result.current).toBe(next);
});

test('an answer that comes at once leaves time to read the sentence', async () => {
  await look(0);
  const error = unreachable();
  const shown = show(error);
  await look(100);
  await act(() => vi.advanceTimersByTimeAsync(4_000));
  expect(shown.result.current).toBe(error);
  await act(() => vi.advanceTimersByTimeAsync(1_000));
  expect(shown.result.current).toBeNull();
});

test('a server that was away already is back with its next answer', async () => {
  await look(0);
  answers = false;
  await look(1_000);
  const error = unreachable();
  const shown = show(error);
  expect(shown.result.current).toBe(error);
  answers = true;
  await look(6_000);
  expect(shown.result.current).toBeNull();
});

test('what the server refuses is said until the next try', async () => {
  await look(0);
  const error = new ApiError('problem', 'No.', { status: 409 });
  const shown = show(error);
  await look(60_000);
  await look(60_000);
  expect(shown.result.current).toBe(error);
});
