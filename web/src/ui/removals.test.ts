import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RemovalStore } from './removals';
import { kUndoMs, ToastStore } from './toasts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(commit = vi.fn((_leaving: boolean) => Promise.resolve())) {
  const toasts = new ToastStore();
  const removals = new RemovalStore(toasts);
  const remove = (key: string) =>
    removals.remove({
      keys: [key],
      text: `${key} deleted`,
      commit,
      failure: () => `${key} is back`,
    });
  return { toasts, removals, remove, commit };
}

test('the thing is hidden at once; the server is asked after the time for Undo', async () => {
  const { removals, remove, commit } = setUp();
  remove('chat:1');
  expect(removals.snapshot().has('chat:1')).toBe(true);
  await vi.advanceTimersByTimeAsync(kUndoMs - 1);
  expect(commit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(commit).toHaveBeenCalledExactlyOnceWith(false);
});

test('Undo brings it back, and the server is never asked', async () => {
  const { toasts, removals, remove, commit } = setUp();
  remove('chat:1');
  toasts.act();
  await vi.advanceTimersByTimeAsync(kUndoMs * 2);
  expect(removals.snapshot().size).toBe(0);
  expect(commit).not.toHaveBeenCalled();
});

test('two removals within the time have an Undo each', async () => {
  const { toasts, removals, remove, commit } = setUp();
  remove('chat:1');
  await vi.advanceTimersByTimeAsync(kUndoMs / 2);
  remove('chat:2');
  const [first] = toasts.list();
  expect(toasts.list().map(({ text }) => text)).toEqual(['chat:1 deleted', 'chat:2 deleted']);
  toasts.act(first?.id);
  expect([...removals.snapshot()]).toEqual(['chat:2']);
  await vi.advanceTimersByTimeAsync(kUndoMs - 1);
  expect(commit).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(commit).toHaveBeenCalledOnce();
});

test('the newest removal is undone first', () => {
  const { toasts, removals, remove } = setUp();
  remove('chat:1');
  remove('chat:2');
  toasts.act();
  toasts.act();
  expect(removals.snapshot().size).toBe(0);
});

test('leaving the page sends one request that outlives the page', async () => {
  const { removals, remove, commit } = setUp();
  remove('chat:1');
  removals.leave();
  removals.leave();
  await vi.advanceTimersByTimeAsync(0);
  expect(commit).toHaveBeenCalledExactlyOnceWith(true);
});

test('a thing that the server refuses to remove returns, with a sentence and a way to try again', async () => {
  const commit = vi.fn((_leaving: boolean) => Promise.reject(new Error('no')));
  const { toasts, removals, remove } = setUp(commit);
  remove('chat:1');
  await vi.advanceTimersByTimeAsync(kUndoMs);
  expect(removals.snapshot().size).toBe(0);
  expect(toasts.snapshot()).toMatchObject({ text: 'chat:1 is back', tone: 'error' });
  toasts.act();
  expect(removals.snapshot().has('chat:1')).toBe(true);
});
