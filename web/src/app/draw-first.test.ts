// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askEarly } from '../api/early-answers';
import { firstRequests } from '../api/first-requests';
import { recordingForTest } from '../api/recording-for-test';
import { drawFirst, firstRowsSeen } from './draw-first';

let answers: Record<string, () => Response>;
const root = () => document.getElementById('root');

beforeEach(() => {
  document.body.innerHTML = '<div id="root"></div>';
  answers = {
    '/api/recordings?limit=12': () =>
      Response.json({ recordings: [recordingForTest({})], totals: null, next_cursor: null }),
    '/api/chats': () => Response.json({ chats: [], next_cursor: null }),
    '/api/about': () => Response.json({ storage: { recordings: 1 } }),
  };
  vi.stubGlobal('fetch', async (path: string) => answers[path]?.() ?? Response.error());
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
});
afterEach(() => vi.unstubAllGlobals());

const draw = async (pathname: string, search = '') => {
  firstRequests(pathname, search).forEach(askEarly);
  return drawFirst({ pathname, search });
};

test('the rows of the first answers are drawn', async () => {
  expect(await draw('/')).toBe(true);
  expect(root()?.querySelector('h3')?.textContent).toBe('“Tea”');
});

test('nothing is drawn over what the app has drawn', async () => {
  root()?.append('the app');
  expect(await draw('/')).toBe(false);
  expect(root()?.textContent).toBe('the app');
});

test.each(['/api/recordings?limit=12', '/api/chats', '/api/about'])(
  'nothing is drawn when %s has no good answer',
  async (path) => {
    for (const answer of [
      Response.json({}, { status: 401 }),
      Response.json([]),
      Response.error(),
    ]) {
      answers[path] = () => answer;
      await draw('/');
      expect(root()?.hasChildNodes()).toBe(false);
    }
  },
);

test('other pages wait for the app', async () => {
  await draw('/chats/new');
  await draw('/recordings', '?state=gaps');
  expect(root()?.hasChildNodes()).toBe(false);
});

test('the app waits until the rows are seen, and not for answers that are late', async () => {
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  firstRequests('/', '').forEach(askEarly);
  let seen = false;
  const rows = firstRowsSeen({ pathname: '/', search: '' }).then(() => {
    seen = true;
  });
  await vi.waitFor(() => expect(frames).toHaveLength(1));
  expect([root()?.hasChildNodes(), seen]).toEqual([true, false]);
  frames[0]?.(0);
  expect(frames).toHaveLength(2);
  await Promise.resolve();
  expect(seen).toBe(false);
  frames[1]?.(0);
  await rows;
  vi.useFakeTimers();
  vi.stubGlobal('fetch', () => new Promise(() => {}));
  firstRequests('/', '').forEach(askEarly);
  const late = firstRowsSeen({ pathname: '/', search: '' });
  await vi.advanceTimersByTimeAsync(250);
  await late;
  vi.useRealTimers();
});
