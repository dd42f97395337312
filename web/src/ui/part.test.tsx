// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { Part, usePart } from './part';

afterEach(cleanup);

test('a part is loaded once, when it is wanted first', async () => {
  const load = vi.fn(async () => 'live');
  const part = new Part(load);
  const { result, rerender } = renderHook(({ wanted }) => usePart(part, wanted), {
    initialProps: { wanted: false },
  });
  expect(load).not.toHaveBeenCalled();
  await act(async () => rerender({ wanted: true }));
  expect(result.current).toEqual({ kind: 'loaded', value: 'live' });
  await part.load();
  expect(load).toHaveBeenCalledTimes(1);
});

test('a part that was loaded in advance is there at once', async () => {
  const part = new Part(async () => 'live');
  await part.load();
  const { result } = renderHook(() => usePart(part, true));
  expect(result.current).toEqual({ kind: 'loaded', value: 'live' });
});

test('a part that could not be loaded is loaded again when a person asks for it', async () => {
  const load = vi.fn(async () => 'live').mockRejectedValueOnce(new TypeError('away'));
  const part = new Part(load);
  const { result } = renderHook(() => usePart(part, true));
  await act(async () => {});
  const { current } = result;
  if (current.kind !== 'failed') throw new Error(current.kind);
  await act(async () => current.retry());
  expect(result.current).toEqual({ kind: 'loaded', value: 'live' });
});
