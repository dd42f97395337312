// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Me, meQuery } from '../../api/account';
import { layOutForTest } from '../../ui/layout-for-test';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { toasts } from '../../ui/toasts';
import { AccountMenu } from './account-menu';
import { SessionsList } from './sessions-list';

const me = (authenticated_by: Me['authenticated_by']): Me => ({
  id: 'a',
  name: 'Ada',
  email: 'ada@example.test',
  roles: ['participant'],
  authenticated_by,
  session_id: '1',
  fresh_login_until: null,
});
const session = (id: string, current: boolean) => ({
  id,
  created_at: '2026-11-28T10:00:00Z',
  last_used_at: '2026-11-29T10:00:00Z',
  ends_at: '2026-12-28T10:00:00Z',
  address: current ? '192.0.2.0/24' : '',
  current,
  same_browser: true,
});

let router: Router | null = null;
beforeEach(layOutForTest);
afterEach(() => {
  cleanup();
  router?.close();
  vi.unstubAllGlobals();
});

function show(who: Me, content: React.ReactNode) {
  router = new Router(window);
  const queries = new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } },
  });
  queries.setQueryData(meQuery.queryKey, who);
  return render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={router}>{content}</RouterContext.Provider>
    </QueryClientProvider>,
  );
}

test('the local user has no account menu', () => {
  expect(show(me('local_user'), <AccountMenu />).container.textContent).toBe('');
  expect(screen.queryByRole('button')).toBeNull();
});

test('the menu names the person, and its last item logs out', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return Response.json({ next: '/login' });
  });
  show(me('session'), <AccountMenu />);
  fireEvent.keyDown(screen.getByRole('button', { name: 'Account' }), { key: 'Enter' });
  expect(await screen.findByText(/ada@example.test/)).toBeTruthy();
  const items = screen.getAllByRole('menuitem');
  expect(items.at(-1)?.textContent).toBe('Log out');
  fireEvent.click(items.at(-1) as HTMLElement);
  await waitFor(() => expect(asked).toEqual(['POST /api/auth/logout']));
});

test('after the login has ended, Log out says nothing else', async () => {
  vi.stubGlobal(
    'fetch',
    async () =>
      new Response(
        JSON.stringify({ type: 'urn:reprise:problem:login-needed', title: 'Log in', status: 401 }),
        { status: 401, headers: { 'content-type': 'application/problem+json' } },
      ),
  );
  const heard: unknown[] = [];
  const otherTab = new BroadcastChannel('reprise-login');
  otherTab.onmessage = ({ data }) => heard.push(data);
  show(me('session'), <AccountMenu />);
  fireEvent.keyDown(screen.getByRole('button', { name: 'Account' }), { key: 'Enter' });
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Log out' }));
  await waitFor(() => expect(heard).toEqual(['left']));
  expect(toasts.list()).toEqual([]);
  otherTab.close();
});

test('logins are listed, and one of them is ended', async () => {
  let left = [session('1', true), session('2', false)];
  const deleted: string[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const id = new URL(request.url).pathname.split('/').at(-1) ?? '';
    if (request.method === 'GET') return Response.json({ sessions: left });
    // Our server takes no DELETE that a form could not be told from.
    expect(request.headers.get('content-type')).toBe('application/json');
    deleted.push(id);
    left = left.filter((one) => one.id !== id);
    return new Response(null, { status: 204 });
  });
  show(me('session'), <SessionsList />);
  await screen.findByText('This browser, now');
  expect(screen.getByText(/from .*192\.0\.2\.0\/24/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'End this one' }));
  await waitFor(() => expect(screen.queryByText('A browser like this one')).toBeNull());
  expect(deleted).toEqual(['2']);
});
