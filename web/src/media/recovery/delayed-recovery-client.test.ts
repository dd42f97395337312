import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OrphanProgress, RecoveryClient } from '../live-session';
import { delayedRecoveryClient } from './delayed-recovery-client';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('begins after its time, and then says and does what the recovery does', async () => {
  const orphans: OrphanProgress[] = [];
  let tell = () => {};
  const discard = vi.fn(async () => {});
  const look = vi.fn();
  const create = vi.fn(
    (): RecoveryClient => ({
      subscribe: (listener) => {
        tell = listener;
        return () => {};
      },
      snapshot: () => orphans,
      foreign: () => true,
      discard,
      look,
      download: async () => new Blob(['kept']),
    }),
  );
  const recovery = delayedRecoveryClient(create, 1000);
  await expect(recovery.download('one')).rejects.toThrow('not begun');
  const listener = vi.fn();
  const unsubscribe = recovery.subscribe(listener);
  expect(recovery.snapshot()).toEqual([]);
  expect(recovery.snapshot()).toBe(recovery.snapshot());
  vi.advanceTimersByTime(999);
  expect(create).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(recovery.snapshot()).toBe(orphans);
  tell();
  expect(listener).toHaveBeenCalledOnce();
  await recovery.discard('one');
  expect(discard).toHaveBeenCalledWith('one');
  expect(await (await recovery.download('one')).text()).toBe('kept');
  recovery.look();
  expect(look).toHaveBeenCalledOnce();
  unsubscribe();
  tell();
  expect(listener).toHaveBeenCalledOnce();
});
