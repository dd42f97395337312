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
import type { ApiToken } from '../../api/tokens';
import { toasts } from '../../ui/toasts';
import { TokensPage } from './tokens-page';

// Whole pages in jsdom, on machines that do much else.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

const kSecret = 'rpt_only-once';
const made = (id: string, name: string): ApiToken => ({
  id,
  name,
  scopes: ['read'],
  created_at: new Date().toISOString(),
  expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  last_used_at: null,
});

let tokens: ApiToken[] = [];
let asked: string[] = [];
let refusal: string | null = null;
let wished: Record<string, unknown> = {};

beforeEach(() => {
  [tokens, asked, refusal] = [[], [], null];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== 'GET') asked.push(`${request.method} ${pathname}`);
    if (request.method === 'POST') {
      if (refusal) {
        return new Response(
          JSON.stringify({
            type: 'urn:reprise:problem:conflict',
            title: 'Conflict',
            status: 409,
            detail: refusal,
          }),
          { status: 409, headers: { 'content-type': 'application/problem+json' } },
        );
      }
      wished = (await request.json()) as Record<string, unknown>;
      const token = made('new', String(wished.name));
      tokens = [token, ...tokens];
      return Response.json({ ...token, token: kSecret }, { status: 201 });
    }
    if (request.method === 'DELETE') {
      tokens = tokens.filter(({ id }) => !pathname.endsWith(`/${id}`));
      return new Response(null, { status: 204 });
    }
    return Response.json({ tokens });
  });
});
afterEach(() => {
  cleanup();
  for (const { id } of toasts.list()) toasts.close(id);
  vi.unstubAllGlobals();
});

function show() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <TokensPage />
    </QueryClientProvider>,
  );
}
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const typeName = (name: string) =>
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: name } });

test('a token is made, shown once, and its secret is nowhere after that', async () => {
  show();
  await screen.findByText(/No tokens yet/);
  typeName('Backup');
  fireEvent.click(screen.getByRole('checkbox', { name: 'Change' }));
  fireEvent.change(screen.getByLabelText('Ends after'), { target: { value: '7' } });
  press('Make token');
  const shown = await screen.findByLabelText<HTMLInputElement>('Token');
  expect(shown.value).toBe(kSecret);
  expect(document.activeElement?.textContent).toContain('Backup');
  expect(wished.scopes).toEqual(['read', 'write']);
  const days = (Date.parse(String(wished.expires_at)) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(6.99);
  expect(days).toBeLessThan(7.01);
  expect(document.body.innerHTML).toContain(`Bearer ${kSecret}`);
  await within(screen.getByRole('list', { name: 'Tokens' })).findByText('Backup');
  press('I have it');
  expect(document.body.innerHTML).not.toContain(kSecret);
});

test('without a name or a scope nothing is sent, and the page says what is missing', async () => {
  show();
  press('Make token');
  expect((await screen.findByRole('alert')).textContent).toContain('Give it a name');
  expect(screen.getByLabelText('Name').getAttribute('aria-invalid')).toBe('true');
  typeName('Backup');
  fireEvent.click(screen.getByRole('checkbox', { name: 'Read' }));
  press('Make token');
  expect((await screen.findByRole('alert')).textContent).toBe('Choose at least one.');
  expect(asked).toEqual([]);
});

test('a refusal says why, and what was typed stays', async () => {
  refusal = 'You have too many tokens; remove one first.';
  show();
  typeName('Backup');
  press('Make token');
  expect((await screen.findByRole('alert')).textContent).toContain(refusal);
  expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Backup');
});

test('where nothing can be copied, the token is selected for doing it by hand', async () => {
  vi.stubGlobal('navigator', { ...navigator, clipboard: undefined });
  show();
  typeName('Backup');
  press('Make token');
  const shown = await screen.findByLabelText<HTMLInputElement>('Token');
  press('Copy');
  await waitFor(() => expect(toasts.list().at(-1)?.text).toMatch(/copy it by hand/));
  expect(shown.selectionEnd).toBe(kSecret.length);
});

test('removing one asks first', async () => {
  tokens = [made('1', 'Backup')];
  show();
  fireEvent.click(await screen.findByRole('button', { name: 'Remove Backup' }));
  expect(asked).toEqual([]);
  press('Keep it');
  press('Remove Backup');
  press('Remove it');
  await screen.findByText(/No tokens yet/);
  expect(asked).toEqual(['DELETE /api/tokens/1']);
});
