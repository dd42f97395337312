import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveSnapshot } from '../../media/live-session';
import { sealedSeq } from './sealed-seq';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function session() {
  const listeners = new Set<() => void>();
  let lastSeq: number | undefined;
  return {
    listeners,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    snapshot: () => (lastSeq === undefined ? {} : { lastSeq }) as LiveSnapshot,
    seal: (seq: number) => {
      lastSeq = seq;
      for (const listener of listeners) listener();
    },
  };
}

const never = new Promise(() => {});

test('it comes as soon as the last chunk is sealed, also when that was before', async () => {
  const talk = session();
  const coming = sealedSeq(talk, never);
  talk.seal(7);
  expect(await coming).toBe(7);
  expect(talk.listeners.size).toBe(0);
  expect(await sealedSeq(talk, never)).toBe(7);
});

test('without it the withdrawal is not held up', async () => {
  const coming = sealedSeq(session(), never);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await coming).toBeNull();
});

test('a talk that ends without it has none', async () => {
  expect(await sealedSeq(session(), Promise.reject(new Error('away')))).toBeNull();
});
