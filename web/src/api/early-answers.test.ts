import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askEarly, kEarlyMs, takeEarly } from './early-answers';

const kOrigin = 'http://localhost';
const request = (path: string, method = 'GET') => new Request(kOrigin + path, { method });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (path: string) => new Response(path));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('an early answer is taken once, by the same request', async () => {
  askEarly('/api/recordings?limit=60');
  expect(takeEarly(request('/api/recordings'))).toBeNull();
  expect(takeEarly(request('/api/recordings?limit=60&state=complete'))).toBeNull();
  const answer = await takeEarly(request('/api/recordings?limit=60'));
  expect(await answer?.text()).toBe('/api/recordings?limit=60');
  expect(takeEarly(request('/api/recordings?limit=60'))).toBeNull();
});

test('a request that changes something never takes it', () => {
  askEarly('/api/chats');
  expect(takeEarly(request('/api/chats', 'POST'))).toBeNull();
  expect(takeEarly(request('/api/chats'))).not.toBeNull();
});

test('an answer that waited too long is not used', () => {
  askEarly('/api/chats');
  vi.advanceTimersByTime(kEarlyMs);
  expect(takeEarly(request('/api/chats'))).toBeNull();
});

test('who takes it gets the error', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('away');
  });
  askEarly('/api/chats');
  await expect(takeEarly(request('/api/chats'))).rejects.toThrow('away');
});
