import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { kToastMs, kToastsMax, ToastStore } from './toasts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a toast disappears after its time; a pause stops the time', () => {
  const store = new ToastStore();
  store.show('Saved');
  vi.advanceTimersByTime(kToastMs - 1);
  store.pause();
  vi.advanceTimersByTime(60_000);
  expect(store.snapshot()?.text).toBe('Saved');
  store.resume();
  vi.advanceTimersByTime(1);
  expect(store.snapshot()).toBeNull();
});

test('a failure stays until it is closed', () => {
  const store = new ToastStore();
  store.show('Not saved', { tone: 'error' });
  vi.advanceTimersByTime(3_600_000);
  expect(store.snapshot()?.text).toBe('Not saved');
  store.close();
  expect(store.snapshot()).toBeNull();
});

test('a toast runs either its action or its expiry, never both', () => {
  const store = new ToastStore();
  const [act, expire] = [vi.fn(), vi.fn()];
  store.show('Deleted', { action: { label: 'Undo', run: act }, onExpire: expire });
  store.act();
  vi.advanceTimersByTime(kToastMs);
  expect(act).toHaveBeenCalledOnce();
  expect(expire).not.toHaveBeenCalled();
});

test('a newer toast ends the time of the older one', () => {
  const store = new ToastStore();
  const expire = vi.fn();
  store.show('First', { onExpire: expire });
  store.show('Second');
  expect(expire).toHaveBeenCalledOnce();
  expect(store.snapshot()?.text).toBe('Second');
});

test('a toast that stays keeps its own time beside newer ones', () => {
  const store = new ToastStore();
  store.show('Deleted', { stays: true, durationMs: 2 * kToastMs });
  store.show('Saved');
  expect(store.list().map(({ text }) => text)).toEqual(['Deleted', 'Saved']);
  vi.advanceTimersByTime(kToastMs);
  expect(store.list().map(({ text }) => text)).toEqual(['Deleted']);
  vi.advanceTimersByTime(kToastMs);
  expect(store.snapshot()).toBeNull();
});

test('of many that stay the newest are shown, and each has all of its time', () => {
  const store = new ToastStore();
  const expire = vi.fn();
  const run = vi.fn();
  const names = Array.from({ length: kToastsMax + 2 }, (_, n) => `${n}`);
  for (const name of names) {
    const action = { label: 'Undo', undoes: true, run: () => run(name) };
    store.show(name, { stays: true, durationMs: 10_000, action, onExpire: () => expire(name) });
    vi.advanceTimersByTime(1000);
  }
  expect(store.list().map(({ text }) => text)).toEqual(names.slice(-kToastsMax));
  expect(expire).not.toHaveBeenCalled();
  // Those behind come forward when newer ones go.
  store.act();
  expect(store.list().map(({ text }) => text)).toEqual(names.slice(-kToastsMax - 1, -1));
  vi.advanceTimersByTime(5000);
  expect(expire.mock.calls).toEqual([['0']]);
  while (store.snapshot()) store.act();
  expect(run.mock.calls.flat()).toEqual(names.slice(1).reverse());
});
