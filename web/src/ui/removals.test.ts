import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { leftRemovals } from './left-removals';
import { RemovalStore } from './removals';
import { kUndoMs, ToastStore } from './toasts';

beforeEach(() => {
  vi.useFakeTimers();
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setUp(commit = vi.fn((_leaving: boolean) => Promise.resolve())) {
  const toasts = new ToastStore();
  const removals = new RemovalStore(toasts);
  const remove = (key: string) =>
    removals.remove({
      keys: [key],
      text: `${key} deleted`,
      commit,
      paths: [`/api/${key}`],
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

/** The page is closed before its request has an answer; another one comes in its tab. */
function closeAndOpen(...keys: string[]) {
  const before = setUp(vi.fn(() => new Promise<void>(() => {})));
  keys.forEach(before.remove);
  before.removals.leave();
  return setUp();
}

test('the page after a reload hides what was deleted just before, and makes sure that it is gone', async () => {
  const { removals } = closeAndOpen('chat:1', 'task:2');
  const gone: string[] = [];
  removals.finish(leftRemovals(), async (path) => void gone.push(path));
  expect([...removals.snapshot()]).toEqual(['chat:1', 'task:2']);
  expect(gone).toEqual(['/api/chat:1', '/api/task:2']);
  await vi.advanceTimersByTimeAsync(0);
  expect(removals.snapshot().size).toBe(0);
  expect(leftRemovals()).toEqual([]);
});

test('what the next page cannot remove returns with a sentence, and no later page removes it', async () => {
  const { removals, toasts } = closeAndOpen('chat:1');
  removals.finish(leftRemovals(), () => Promise.reject(new Error('no')));
  await vi.advanceTimersByTimeAsync(0);
  expect(removals.snapshot().size).toBe(0);
  expect(toasts.snapshot()).toMatchObject({ text: 'chat:1 is back', tone: 'error' });
  expect(leftRemovals()).toEqual([]);
});

test('a page that is shown again offers no Undo of what it removed when it was left', async () => {
  const { removals, toasts, remove } = setUp();
  remove('chat:1');
  removals.leave();
  expect(toasts.list()).toEqual([]);
  await vi.advanceTimersByTimeAsync(0);
  expect(leftRemovals()).toEqual([]);
});

test('what was undone is not removed by the next page', () => {
  const { toasts, removals, remove } = setUp();
  remove('chat:1');
  toasts.act();
  removals.leave();
  expect(leftRemovals()).toEqual([]);
});
