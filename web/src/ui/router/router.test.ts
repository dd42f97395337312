// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Router } from './router';

let router: Router;
beforeEach(() => {
  history.replaceState(null, '', '/');
  router = new Router(window);
});
afterEach(() => router.close());

const popped = () =>
  new Promise<void>((resolve) =>
    addEventListener('popstate', () => setTimeout(resolve), { once: true }),
  );
const shown = () => location.pathname + location.search + location.hash;

test.each([
  ['/recordings', { path: '/recordings', search: '' }],
  ['/recordings/?sort=longest', { path: '/recordings', search: '?sort=longest' }],
  ['/settings#gemini-key', { path: '/settings', search: '' }],
  ['/', { path: '/', search: '' }],
])('goes to %s', (to, want) => {
  const told = vi.fn();
  router.subscribe(told);
  router.go(to);
  expect(router.snapshot()).toMatchObject(want);
  expect(shown()).toBe(to);
  expect(told).toHaveBeenCalledOnce();
});

test('each entry has its own name, also after Back', async () => {
  const first = router.snapshot().entry;
  router.go('/recordings');
  expect(router.snapshot().entry).not.toBe(first);
  const back = popped();
  history.back();
  await back;
  expect(router.snapshot()).toMatchObject({ path: '/', entry: first });
});

test('the same address again, and one that replaces, make no new entry', () => {
  router.go('/recordings');
  const { length } = history;
  router.go('/recordings');
  router.go('/recordings?sort=oldest', { replace: true });
  expect(history.length).toBe(length);
  expect(router.snapshot().search).toBe('?sort=oldest');
});

test('a page that must not be left stays, for links and for Back and Forward', async () => {
  router.go('/recordings');
  router.go('/settings');
  const mayLeave = vi.fn(() => false);
  const end = router.block(mayLeave);
  router.go('/');
  expect([router.snapshot().path, shown()]).toEqual(['/settings', '/settings']);
  const back = popped();
  history.back();
  await back;
  await vi.waitFor(() => expect(shown()).toBe('/settings'));
  expect(router.snapshot().path).toBe('/settings');
  expect(mayLeave).toHaveBeenCalledTimes(2);
  end();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const again = popped();
  history.back();
  await again;
  expect(router.snapshot().path).toBe('/recordings');
});

test('a change within the path asks nobody', () => {
  router.block(() => false);
  router.go('/?t=5s');
  expect(router.snapshot().search).toBe('?t=5s');
});

test('a link within the page keeps the path', async () => {
  router.go('/recordings');
  const moved = popped();
  location.hash = '#main';
  await moved;
  expect(router.snapshot().path).toBe('/recordings');
  const back = popped();
  history.back();
  await back;
  expect(router.snapshot().path).toBe('/recordings');
});
