import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askEarly, kEarlyMs, lookEarly, takeEarly } from './early-answers';

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

test('who looks leaves the answer to whoever takes it', async () => {
  vi.stubGlobal('fetch', async (path: string) => Response.json({ path }));
  askEarly('/api/chats');
  const seen = lookEarly('/api/chats');
  const taken = takeEarly(request('/api/chats'));
  expect(await seen).toEqual({ path: '/api/chats' });
  expect(await (await taken)?.json()).toEqual({ path: '/api/chats' });
});

test('who looks sees nothing where there is no good answer', async () => {
  const answers = [Response.json({}, { status: 401 }), new Response('<html>'), null];
  for (const answer of answers) {
    vi.stubGlobal('fetch', async () => {
      if (answer === null) throw new TypeError('away');
      return answer;
    });
    askEarly('/api/chats');
    expect(await lookEarly('/api/chats')).toBeNull();
  }
  expect(await lookEarly('/api/about')).toBeNull();
});
