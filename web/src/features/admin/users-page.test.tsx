// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Me, meQuery } from '../../api/account';
import type { Invitation, User } from '../../api/users';
import { layOutForTest } from '../../ui/layout-for-test';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { toasts } from '../../ui/toasts';
import { UsersPage } from './users-page';

// Whole pages in jsdom, on machines that do much else.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const user = (name: string, change: Partial<User> = {}): User => ({
  id: name.toLowerCase(),
  name,
  email: `${name.toLowerCase()}@example.test`,
  roles: ['participant'],
  issuer_roles: ['participant'],
  state: 'active',
  held: false,
  created_at: '2026-11-28T10:00:00Z',
  chats: 0,
  recordings: 0,
  ...change,
});
const me: Me = {
  id: 'root',
  name: 'Root',
  email: '',
  roles: ['participant', 'admin'],
  authenticated_by: 'session',
  session_id: 's',
  fresh_login_until: null,
};
const root = user('Root', { roles: ['participant', 'admin'] });

let users: User[] = [];
let invitations: Invitation[] = [];
let asked: string[] = [];
let sent: Record<string, unknown> = {};
let refusal: string | null = null;
let router: Router | null = null;

const problem = (detail: string) =>
  new Response(
    JSON.stringify({ type: 'urn:reprise:problem:last-admin', title: 'No', status: 409, detail }),
    { status: 409, headers: { 'content-type': 'application/problem+json' } },
  );
/** A server of a few lines: users, invitations, and what was asked of it. */
async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const last = pathname.split('/').at(-1) ?? '';
  if (request.method === 'GET') {
    if (pathname === '/api/me') return Response.json(me);
    if (pathname === '/api/invitations') return Response.json({ invitations });
    const words = searchParams.get('q') ?? '';
    return Response.json({
      users: users.filter(({ name }) => name.toLowerCase().includes(words)),
      next_cursor: null,
    });
  }
  asked.push(`${request.method} ${pathname}`);
  if (request.method === 'DELETE') {
    invitations = invitations.filter(({ id }) => id !== last);
    return new Response(null, { status: 204 });
  }
  sent = (await request.json()) as Record<string, unknown>;
  if (refusal) return problem(refusal);
  if (pathname.endsWith('/hand-over')) return new Response(null, { status: 204 });
  if (pathname === '/api/invitations') {
    const made = { id: 'i', created_at: '2026-11-29T10:00:00Z', user_id: null, ...sent };
    invitations = [made as Invitation];
    return Response.json(made, { status: 201 });
  }
  users = users.map((one) => (one.id === last ? { ...one, ...sent } : one));
  return Response.json(users.find(({ id }) => id === last));
}

beforeEach(() => {
  [users, invitations, asked, refusal] = [[root, user('Ben')], [], [], null];
  layOutForTest();
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  vi.stubGlobal('fetch', answer);
});
afterEach(() => {
  cleanup();
  router?.close();
  for (const { id } of toasts.list()) toasts.close(id);
  vi.unstubAllGlobals();
});

function show(who: Me = me) {
  router = new Router(window);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(meQuery.queryKey, who);
  queries.setQueryDefaults(meQuery.queryKey, { staleTime: Number.POSITIVE_INFINITY });
  render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={router}>
        <UsersPage />
      </RouterContext.Provider>
    </QueryClientProvider>,
  );
}
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const box = (name: string) =>
  within(screen.getByRole('dialog')).getByRole<HTMLInputElement>('checkbox', { name });
async function open(name: string, item: string) {
  const more = await screen.findByRole('button', { name: new RegExp(`More about .*${name}`) });
  fireEvent.keyDown(more, { key: 'Enter' });
  fireEvent.click(await screen.findByRole('menuitem', { name: item }));
}

test('whoever is no admin is told so, and the server is not asked', () => {
  show({ ...me, roles: ['participant'] });
  expect(screen.getByText('This page is for admins')).toBeTruthy();
  expect(asked).toEqual([]);
});

test('people are found by part of their name', async () => {
  show();
  await screen.findByText(/Ben/);
  fireEvent.change(screen.getByLabelText('Find by name or e-mail'), { target: { value: 'roo' } });
  await waitFor(() => expect(screen.queryByText(/Ben/)).toBeNull());
  fireEvent.change(screen.getByLabelText('Find by name or e-mail'), { target: { value: 'zzz' } });
  await screen.findByText(/Nobody fits/);
});

test('a role is given', async () => {
  show();
  await open('Ben', 'Roles…');
  fireEvent.click(box('Admin'));
  press('Save');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect([asked, sent]).toEqual([['PATCH /api/users/ben'], { roles: ['participant', 'admin'] }]);
});

test('giving up the own role says what it means before it is done; a refusal is shown there', async () => {
  refusal = 'Nobody would be left who may manage users. Make somebody else an admin first.';
  show();
  await open('Root', 'Roles…');
  fireEvent.click(box('Admin'));
  expect(screen.getByRole('alert').textContent).toContain('This is your own account');
  press('Give up being an admin');
  await screen.findByText(/Make somebody else an admin first/);
});

test('a role of the issuer cannot be taken here', async () => {
  users = [root, user('Ben', { issuer_roles: ['participant', 'researcher'] })];
  show();
  await open('Ben', 'Roles…');
  const researcher = box('Researcher');
  expect([researcher.checked, researcher.disabled]).toEqual([true, true]);
});

test('nobody can disable themselves; another one is disabled after a question, and enabled', async () => {
  users = [root, user('Ben', { chats: 1, recordings: 2 })];
  show();
  fireEvent.keyDown(await screen.findByRole('button', { name: /More about .*Root/ }), {
    key: 'Enter',
  });
  expect(screen.queryByRole('menuitem', { name: 'Disable…' })).toBeNull();
  fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' });
  await open('Ben', 'Disable…');
  expect(screen.getByText(/What is theirs stays: 1 chat, 2 recordings/)).toBeTruthy();
  press('Disable');
  await screen.findByText('Disabled');
  await open('Ben', 'Enable');
  await waitFor(() => expect(screen.queryByText('Disabled')).toBeNull());
  expect(asked).toEqual(['PATCH /api/users/ben', 'PATCH /api/users/ben']);
});

test('a legal hold begins after it was said what it does, is shown, and ends', async () => {
  users = [root, user('Ben')];
  show();
  await open('Ben', 'Legal hold…');
  expect(screen.getByText(/Nothing of theirs is erased/)).toBeTruthy();
  press('Hold');
  await screen.findByText('Legal hold');
  expect(sent).toEqual({ held: true });
  await open('Ben', 'End the legal hold…');
  press('End the hold');
  await waitFor(() => expect(screen.queryByText('Legal hold')).toBeNull());
  expect(sent).toEqual({ held: false });
});

test('what somebody owns goes to somebody else who can use it', async () => {
  users = [root, user('Ben', { recordings: 2 }), user('Cleo', { state: 'disabled' })];
  show();
  await open('Ben', 'Hand over what they own…');
  press('Hand over');
  expect(screen.getByText('Choose who gets it.')).toBeTruthy();
  const dialog = within(screen.getByRole('dialog'));
  expect((await dialog.findAllByRole('radio')).length).toBe(1);
  fireEvent.click(dialog.getByRole('radio'));
  press(/^Hand over to/);
  await waitFor(() => expect(asked).toEqual(['POST /api/users/ben/hand-over']));
  expect(sent).toEqual({ to: 'root' });
});

test('somebody is invited, and taking it back can be undone', async () => {
  show();
  press('Invite');
  expect((await screen.findByRole('alert')).textContent).toContain('no e-mail address');
  fireEvent.change(screen.getByLabelText('E-mail address'), {
    target: { value: 'eva@example.test' },
  });
  press('Invite');
  const list = await screen.findByRole('list', { name: 'Invitations' });
  expect(within(list).getByText('Not here yet')).toBeTruthy();
  press(/^Take back the invitation of/);
  await screen.findByText('Nobody is invited.');
  toasts.act();
  await screen.findByRole('list', { name: 'Invitations' });
  expect(asked).toEqual([
    'POST /api/invitations',
    'DELETE /api/invitations/i',
    'POST /api/invitations',
  ]);
});
