// @vitest-environment jsdom
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { meQuery } from '../api/account';
import { chatsQuery } from '../api/chats';
import { loginNeeded } from '../api/login-needed';
import { Router } from '../ui/router/router';
import { RouterContext } from '../ui/router/router-context';
import { useLogin } from './login-context';
import { LoginGate } from './login-gate';

const otherTab = new BroadcastChannel('reprise-login');
const kDex = { id: 'dex', name: 'Dex', reachable: true };
const kAway = { id: 'other', name: 'Other', reachable: false };
const person = (id: string, by = 'session') => ({
  id,
  name: id,
  email: '',
  roles: ['participant'],
  authenticated_by: by,
  session_id: by === 'session' ? 's' : '',
});

/** Whom the server knows by the cookie; null: nobody is logged in. */
let known: ReturnType<typeof person> | null = null;
let issuers: readonly (typeof kDex)[] = [kDex];
const back = vi.fn();
const opened = vi.fn();
const went = vi.fn();

const problem = (status: number) =>
  new Response(
    JSON.stringify({ type: 'urn:reprise:problem:login-needed', title: 'Log in', status }),
    { status, headers: { 'content-type': 'application/problem+json' } },
  );

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.setAttribute('open', '');
  };
  HTMLDialogElement.prototype.close = function close() {
    this.removeAttribute('open');
  };
  known = null;
  issuers = [kDex];
  loginNeeded.over();
  for (const spy of [back, opened, went]) spy.mockReset();
  vi.stubGlobal('open', opened);
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/auth/issuers') return Response.json({ issuers });
    if (pathname === '/api/about') return Response.json({ name: 'Lab', version: '1' });
    if (known === null) return problem(401);
    return Response.json(pathname === '/api/me' ? known : { chats: [], next_cursor: null });
  });
});
let router: Router | null = null;
let queries = new QueryClient();
afterEach(() => {
  cleanup();
  router?.close();
  vi.unstubAllGlobals();
});

/** A page of the app that asks the server for something and that one can write on. */
function Desk() {
  const chats = useQuery({ queryKey: ['desk'], queryFn: chatsQuery.queryFn as never });
  const { ended, ask } = useLogin();
  return (
    <>
      <p>Desk {chats.isSuccess ? 'full' : 'empty'}</p>
      <textarea aria-label="Writing" />
      {ended ? (
        <button type="button" onClick={ask}>
          Again
        </button>
      ) : null}
    </>
  );
}

function show(path: string) {
  history.replaceState(null, '', path);
  router = new Router(window);
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={router}>
        <LoginGate onBack={back}>
          <Desk />
        </LoginGate>
      </RouterContext.Provider>
    </QueryClientProvider>,
  );
}
const endLogin = async () => {
  known = null;
  await queries.invalidateQueries({ queryKey: ['desk'] });
};

test('the local user sees the page, and nothing of a login', async () => {
  known = person('local', 'local_user');
  show('/recordings');
  await screen.findByText('Desk full');
  expect(location.pathname).toBe('/recordings');
});

test('who is not logged in comes to the login page, and from there back', async () => {
  show('/recordings/1?t=1m');
  await screen.findByRole('heading', { name: 'Log in to Lab' });
  expect(location.pathname).toBe('/login');
  expect(new URLSearchParams(location.search).get('return')).toBe('/recordings/1?t=1m');
  expect(screen.queryByText(/Desk/)).toBeNull();
  expect(await screen.findByRole('button', { name: 'Continue with Dex' })).toBeTruthy();
});

test('the login page has a button per issuer, and says which one is away and what failed', async () => {
  issuers = [kDex, kAway];
  show('/login?error=not_allowed&request=01-ab');
  await screen.findByRole('button', { name: 'Continue with Other' });
  expect(screen.getAllByText(/did not answer/)).toHaveLength(1);
  expect(screen.getByRole('alert').textContent).toMatch(/does not admit you.*01-ab/);
});

test('a login that ends while one writes is renewed in place, and nothing is lost', async () => {
  known = person('ada');
  show('/chats/1');
  await screen.findByText('Desk full');
  await waitFor(() => expect(queries.getQueryData(meQuery.queryKey)).toBeTruthy());
  fireEvent.change(screen.getByLabelText('Writing'), { target: { value: 'half a sen' } });
  await endLogin();
  const dialog = await screen.findByRole('dialog', { name: 'Your login has ended' });
  fireEvent.click(await screen.findByRole('button', { name: 'Continue with Dex' }));
  expect(opened).toHaveBeenCalledExactlyOnceWith(
    '/api/auth/dex/login?return=%2Flogin%2Fback',
    '_blank',
  );
  expect(location.pathname).toBe('/chats/1');
  known = person('ada');
  otherTab.postMessage('came');
  await waitFor(() => expect(dialog.isConnected).toBe(false));
  expect(back).toHaveBeenCalledOnce();
  expect(screen.getByLabelText<HTMLTextAreaElement>('Writing').value).toBe('half a sen');
});

test('the dialog can wait, and is opened again', async () => {
  known = person('ada');
  show('/chats/1');
  await waitFor(() => expect(queries.getQueryData(meQuery.queryKey)).toBeTruthy());
  await screen.findByText('Desk full');
  await endLogin();
  fireEvent.click(await screen.findByRole('button', { name: 'Later' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Again' }));
  await screen.findByRole('dialog', { name: 'Your login has ended' });
});

test('another person sees nothing of the page', async () => {
  known = person('ada');
  show('/chats/1');
  await screen.findByText('Desk full');
  await waitFor(() => expect(queries.getQueryData(meQuery.queryKey)).toBeTruthy());
  await endLogin();
  await screen.findByRole('dialog');
  known = person('bob');
  otherTab.postMessage('came');
  await waitFor(() => expect(screen.queryByText(/Desk/)).toBeNull());
  expect(back).not.toHaveBeenCalled();
});
