// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Me, meQuery } from '../../api/account';
import type { AccountExport } from '../../api/account-data';
import { AccountPage } from './account-page';
import { exportFacts } from './export-words';

// Whole pages in jsdom, on machines that do much else.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const ada = (change: Partial<Me> = {}): Me => ({
  id: 'a',
  name: 'Ada',
  email: 'ada@example.test',
  roles: ['participant'],
  authenticated_by: 'session',
  session_id: '1',
  fresh_login_until: inMinutes(9),
  ...change,
});
const made = (change: Partial<AccountExport>): AccountExport => ({
  id: 'x',
  state: 'ready',
  created_at: new Date().toISOString(),
  ready_at: new Date().toISOString(),
  expires_at: '2026-12-06T12:00:00Z',
  bytes: 1_200_000,
  sha256: 'a'.repeat(64),
  ...change,
});

let exports: AccountExport[] = [];
let asked: string[] = [];
let refusal: string | null = null;

beforeEach(() => {
  [exports, asked, refusal] = [[], [], null];

  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== 'GET') asked.push(`${request.method} ${pathname}`);
    if (refusal && request.method !== 'GET') {
      return new Response(
        JSON.stringify({
          type: 'urn:reprise:problem:last-admin',
          title: 'No',
          status: 409,
          detail: refusal,
        }),
        { status: 409, headers: { 'content-type': 'application/problem+json' } },
      );
    }
    if (pathname === '/api/auth/sessions') return Response.json({ sessions: [] });
    if (pathname === '/api/auth/issuers')
      return Response.json({ issuers: [{ id: 'dex', name: 'Dex', reachable: true }] });
    if (request.method === 'POST') {
      exports = [made({ state: 'making', bytes: null, ready_at: null, sha256: null })];
      return Response.json(exports[0], { status: 202 });
    }
    if (pathname === '/api/account') return Response.json({ state: 'erasing' }, { status: 202 });
    if (request.method === 'DELETE') {
      exports = [];
      return new Response(null, { status: 204 });
    }
    return Response.json({ exports });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(me: Me) {
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
  queries.setQueryData(meQuery.queryKey, me);
  render(
    <QueryClientProvider client={queries}>
      <AccountPage />
    </QueryClientProvider>,
  );
}
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

test('an export is asked for, is being made, and can be cancelled', async () => {
  show(ada());
  press('Make an export');
  await screen.findByText('Being made');
  expect(screen.getByRole('progressbar', { name: 'Making the export' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Make an export' })).toBeNull();
  press('Cancel');
  await screen.findByRole('button', { name: 'Make an export' });
  expect(asked).toEqual(['POST /api/account/exports', 'DELETE /api/account/exports/x']);
});

test('one that is ready is downloaded by a link', async () => {
  exports = [made({})];
  show(ada());
  const link = await screen.findByRole('link', { name: 'Download' });
  expect(link.getAttribute('href')).toBe('/api/account/exports/x/file');
});

test('after ten minutes a login comes first, and nothing is offered that would be refused', async () => {
  exports = [made({})];
  show(ada({ fresh_login_until: inMinutes(-1) }));
  await screen.findByText('Ready');
  expect(screen.queryByRole('link', { name: 'Download' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Make an export' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Erase my account…' })).toBeNull();
  expect(await screen.findByRole('button', { name: 'Continue with Dex' })).toBeTruthy();
});

test.each([
  [{ state: 'making' }, /you may leave this page/],
  [{ state: 'failed' }, /ask for another one/],
  [{}, /^1.2 MB · asked for today .* · kept until 6 December 2026$/],
] as const)('what is said of %j', (change, words) => {
  expect(exportFacts(made(change), new Date())).toMatch(words);
});

test('the account is erased only after its address was typed', async () => {
  show(ada());
  press('Erase my account…');
  expect(screen.getByText('What stays')).toBeTruthy();
  press('Erase my account');
  expect(await screen.findByText('That is not “ada@example.test”.')).toBeTruthy();
  expect(asked).toEqual([]);
  fireEvent.change(screen.getByLabelText('Type ada@example.test to confirm'), {
    target: { value: 'ada@example.test' },
  });
  press('Erase my account');
  await waitFor(() => expect(asked).toEqual(['DELETE /api/account']));
});

test('a refusal says why, and the account is still there', async () => {
  refusal = 'Nobody would be left who may manage users. Make somebody else an admin first.';
  show(ada({ email: '', name: '' }));
  press('Erase my account…');
  fireEvent.change(screen.getByLabelText('Type erase to confirm'), { target: { value: 'erase' } });
  press('Erase my account');
  await screen.findByText(/Make somebody else an admin first/);
});

test('the local user has no logins, and needs none', async () => {
  show(ada({ authenticated_by: 'local_user', fresh_login_until: null }));
  expect(screen.queryByText('Where you are logged in')).toBeNull();
  expect(screen.getByRole('button', { name: 'Make an export' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Erase everything…' })).toBeTruthy();
});
