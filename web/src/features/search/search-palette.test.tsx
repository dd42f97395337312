// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SearchHit } from '../../api/search';
import { forgetSearches, recentSearches, rememberSearch } from './recent-searches';
import { SearchPalette } from './search-palette';

const moment = (text: string, start_ms: number): SearchHit => ({
  kind: 'moment',
  chat_id: '01936200-0000-7000-8000-000000000001',
  chat_title: 'Gears',
  recording_id: `r-${text}`,
  recorded_at: '2026-11-28T10:00:00Z',
  start_ms,
  end_ms: start_ms + 1,
  speaker: 'model',
  pieces: [{ text, marked: true }],
});
const chat = (title: string): SearchHit => ({
  kind: 'chat',
  chat_id: `c-${title}`,
  chat_title: title,
  pieces: [{ text: title, marked: false }],
});

/** The answers by what was typed; the test decides when they come. */
let asked: Map<
  string,
  { answer: (hits: SearchHit[]) => void; fail: (status: number) => void; signal: AbortSignal }
>;
beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.setAttribute('open', '');
  };
  HTMLDialogElement.prototype.close = function close() {
    this.removeAttribute('open');
  };
  Element.prototype.scrollIntoView = () => {};
  forgetSearches();
  asked = new Map();
  vi.stubGlobal(
    'fetch',
    (request: Request) =>
      new Promise<Response>((resolve, reject) => {
        const q = new URL(request.url).searchParams.get('q') ?? '';
        const json = (body: unknown, status = 200, type = 'application/json') =>
          resolve(
            new Response(JSON.stringify(body), { status, headers: { 'content-type': type } }),
          );
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
        asked.set(q, {
          answer: (hits) => json({ hits, next_cursor: null }),
          fail: (status) =>
            json(
              {
                type: 'urn:reprise:problem:invalid',
                title: 'T',
                status,
                detail: '`q` is odd.',
              },
              status,
              'application/problem+json',
            ),
          signal: request.signal,
        });
      }),
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show() {
  const opened = { close: vi.fn(), chat: vi.fn(), moment: vi.fn(), message: vi.fn() };
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <SearchPalette
        onClose={opened.close}
        onOpenChat={opened.chat}
        onOpenMessage={opened.message}
        onOpenMoment={opened.moment}
        isGone={(hit) => hit.kind === 'chat' && hit.chat_title === 'deleted'}
      />
    </QueryClientProvider>,
  );
  const field = screen.getByRole('combobox');
  const type = (value: string) => fireEvent.change(field, { target: { value } });
  const key = (name: string) => fireEvent.keyDown(field, { key: name });
  const hits = async (q: string, found: SearchHit[]) => {
    await waitFor(() => expect(asked.has(q)).toBe(true));
    asked.get(q)?.answer(found);
  };
  return { ...opened, field, type, key, hits };
}
const chosen = () => screen.queryByRole('option', { selected: true })?.textContent ?? '';

const message = (text: string): SearchHit => ({
  kind: 'message',
  chat_id: 'c',
  chat_title: 'A chat',
  message_id: 'm',
  written_at: '2026-11-29T10:00:00Z',
  role: 'model',
  pieces: [{ text, marked: false }],
});

test('messages stand together before moments, and open in their chat', async () => {
  const { type, key, hits, message: opened } = show();
  type('one');
  await hits('one', [moment('said', 1), message('written'), moment('heard', 2)]);
  await waitFor(() => expect(chosen()).toMatch(/written/));
  expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/written/),
    expect.stringMatching(/said/),
    expect.stringMatching(/heard/),
  ]);
  key('Enter');
  expect(opened).toHaveBeenCalledWith('c', 'm');
});

test('one press of Esc closes it, also with words in the field', () => {
  const { close } = show();
  const field = screen.getByRole('combobox');
  fireEvent.change(field, { target: { value: 'gears' } });
  // False: the browser must not empty the field instead.
  expect(fireEvent.keyDown(field, { key: 'Escape' })).toBe(false);
  expect(close).toHaveBeenCalledOnce();
});

test('up and down go around, Enter opens the moment there', async () => {
  const { type, key, hits, field, moment: open, close } = show();
  type('word');
  await hits('word', [
    chat('deleted'),
    chat('A title'),
    moment('first', 1500),
    moment('second', 95_400),
  ]);
  await screen.findByText('second');
  expect(screen.getByRole('group', { name: 'Chats' })).toBeTruthy();
  expect(screen.getByRole('group', { name: 'Moments' })).toBeTruthy();
  expect(chosen()).toContain('A title');
  key('ArrowUp');
  expect(chosen()).toContain('second');
  expect(field.getAttribute('aria-activedescendant')).toBe(
    screen.getByRole('option', { selected: true }).id,
  );
  key('ArrowDown');
  key('ArrowDown');
  expect(chosen()).toContain('first');
  key('ArrowDown');
  key('Enter');
  expect(open).toHaveBeenCalledWith('r-second', 95_400);
  expect(close).toHaveBeenCalledOnce();
  expect(recentSearches()).toEqual(['word']);
});

test('a recording is found by the name it was given, and opens from its beginning', async () => {
  const { type, key, hits, moment: open } = show();
  type('jockey');
  await hits('jockey', [
    {
      kind: 'recording',
      chat_id: '01936200-0000-7000-8000-000000000001',
      chat_title: 'Gears',
      recording_id: 'r-named',
      recorded_at: '2026-11-28T10:00:00Z',
      title: 'Jockey wheel',
      pieces: [{ text: 'Jockey wheel', marked: false }],
    },
  ]);
  await screen.findByText('Jockey wheel');
  expect(screen.getByRole('group', { name: 'Recordings' })).toBeTruthy();
  expect(chosen()).toMatch(/Jockey wheel\s*Gears/);
  key('Enter');
  expect(open).toHaveBeenCalledWith('r-named', 0);
});

test('an answer that comes too late is not shown, and its request is aborted', async () => {
  const { type, hits } = show();
  type('old');
  await waitFor(() => expect(asked.has('old')).toBe(true));
  type('new');
  await hits('new', [moment('right', 1)]);
  await screen.findByText('right');
  expect(asked.get('old')?.signal.aborted).toBe(true);
});

test('Enter waits for the hits of the text that was typed', async () => {
  const { type, key, hits, moment: open } = show();
  type('one');
  await hits('one', [moment('first', 1)]);
  await screen.findByText('first');
  type('one two');
  key('Enter');
  expect(open).not.toHaveBeenCalled();
  await hits('one two', [moment('second', 2)]);
  await screen.findByText('second');
  key('Enter');
  expect(open).toHaveBeenCalledWith('r-second', 2);
});

test('says for which text nothing was found', async () => {
  const { type, hits } = show();
  type(' xylophone ');
  await hits('xylophone', []);
  expect((await screen.findByText(/Nothing found for/)).textContent).toContain('xylophone');
});

test('a failure is said, and can be tried again', async () => {
  const { type } = show();
  type('word');
  await waitFor(() => expect(asked.has('word')).toBe(true));
  asked.get('word')?.fail(500);
  expect((await screen.findByRole('status')).textContent).toBe('');
  await screen.findByText(/The search failed/);
  asked.clear();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(asked.has('word')).toBe(true));
});

test('of a sentence that was pasted the first twenty words are searched', async () => {
  const { type } = show();
  const words = Array.from({ length: 30 }, (_, n) => `word${n}`);
  type(`  ${words.join('  ')} `);
  await waitFor(() => expect([...asked.keys()]).toEqual([words.slice(0, 20).join('  ')]));
});

test('what is too much for the server is said in words, and is not tried again', async () => {
  const { type } = show();
  type('a-b');
  await waitFor(() => expect(asked.has('a-b')).toBe(true));
  asked.get('a-b')?.fail(400);
  await screen.findByText('That is too much to search for at once. Try fewer words.');
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});

test('earlier searches are offered while the field is empty', () => {
  rememberSearch('chain');
  rememberSearch('gears');
  rememberSearch('chain');
  const { key, field } = show();
  expect(screen.getAllByRole('option').map((one) => one.textContent)).toEqual(['chain', 'gears']);
  key('ArrowDown');
  key('Enter');
  expect((field as HTMLInputElement).value).toBe('gears');
});

test('keys that an input method uses to compose are ignored', async () => {
  const { type, hits, field, moment: open } = show();
  type('word');
  await hits('word', [moment('first', 1)]);
  await screen.findByText('first');
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  expect(open).not.toHaveBeenCalled();
});
