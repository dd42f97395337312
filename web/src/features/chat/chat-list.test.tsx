// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Chat, chatsQuery } from '../../api/chats';
import { recordingListsKey } from '../../api/recordings';
import { layOutForTest } from '../../ui/layout-for-test';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { ToastHost } from '../../ui/toast-host';
import { kUndoMs } from '../../ui/toasts';
import { ChatList } from './chat-list';

const chat = (id: string, title: string): Chat => {
  const at = new Date().toISOString();
  const who = { provider: null, model: null, live_words_to: null, shared: null };
  return { id, title, untitled: false, created_at: at, last_used_at: at, live: false, ...who };
};

/** The requests that reached the server: "METHOD path?query". */
let requests: string[] = [];
let answer: (method: string) => Response | Promise<Response>;
const problem = (status: number, name: string, detail: string) =>
  new Response(
    JSON.stringify({ type: `urn:reprise:problem:${name}`, title: 'T', status, detail }),
    { status, headers: { 'content-type': 'application/problem+json' } },
  );

beforeEach(() => {
  requests = [];
  layOutForTest();
  answer = (method) =>
    method === 'DELETE' ? new Response(null, { status: 204 }) : problem(404, 'not-found', 'Gone.');
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    requests.push(`${request.method} ${pathname}${search}`);
    return answer(request.method);
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function show(nextCursor: string | null = null) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const chats = [chat('1', 'Gears'), { ...chat('2', 'Fern'), live: true }];
  queries.setQueryData(chatsQuery.queryKey, {
    pages: [{ chats, next_cursor: nextCursor }],
    pageParams: [null],
  });
  render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={new Router(window)}>
        <ChatList onDeleted={() => () => {}} />
        <ToastHost />
      </RouterContext.Provider>
    </QueryClientProvider>,
  );
  await screen.findByText('Gears');
  return queries;
}

function choose(item: string) {
  const trigger = screen.getByRole('button', { name: 'More actions', description: 'Gears' });
  trigger.focus();
  fireEvent.keyDown(trigger, { key: 'Enter' });
  fireEvent.click(screen.getByRole('menuitem', { name: item }));
}
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('a chat that is live now says so', async () => {
  await show();
  expect(screen.getByRole('link', { name: /^Fern ?, live now$/ })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Gears' })).toBeTruthy();
});

test('a deleted chat goes at once; the server hears of it after the time for Undo', async () => {
  await show();
  vi.useFakeTimers();
  choose('Delete');
  expect(screen.queryByText('Gears')).toBeNull();
  expect(screen.getByText('Fern')).toBeTruthy();
  await pass(kUndoMs - 1);
  expect(requests).toEqual([]);
  await pass(1);
  expect(requests).toContain('DELETE /api/chats/1');
  await pass(100);
  expect(screen.queryByText('Gears')).toBeNull();
});

test('further chats are asked for where the list ends', async () => {
  const more = [chat('3', 'Harbour')];
  answer = () => Response.json({ chats: more, next_cursor: null });
  await show('abc');
  fireEvent.click(screen.getByRole('button', { name: 'Show more chats' }));
  expect(await screen.findByText('Harbour')).toBeTruthy();
  expect(screen.getByText('Gears')).toBeTruthy();
  expect(requests).toEqual(['GET /api/chats?cursor=abc']);
  expect(screen.queryByRole('button', { name: 'Show more chats' })).toBeNull();
});

test('Undo brings it back and nothing is deleted', async () => {
  await show();
  vi.useFakeTimers();
  choose('Delete');
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(screen.getByText('Gears')).toBeTruthy();
  await pass(kUndoMs * 2);
  expect(requests).toEqual([]);
});

test('focus goes to the next row, and back to the row after Undo', async () => {
  await show();
  vi.useFakeTimers();
  choose('Delete');
  (document.activeElement as HTMLElement | null)?.blur();
  await pass(100);
  expect(document.activeElement?.textContent).toMatch(/^Fern/);
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  await pass(100);
  expect(document.activeElement?.textContent).toBe('Gears');
});

test.each(['Enter', 'Escape'])('%s in the field of the title leads to the menu', async (key) => {
  await show();
  choose('Rename');
  const field = await screen.findByRole('textbox', { name: 'Title of the chat' });
  fireEvent.change(field, { target: { value: 'Chain line' } });
  fireEvent.keyDown(field, { key });
  await vi.waitFor(() =>
    expect(document.activeElement?.getAttribute('aria-label')).toBe('More actions'),
  );
});

test('recordings follow the title of their chat at once', async () => {
  const queries = await show();
  const one = { id: 'r', chat_id: '1', chat_title: 'Gears' };
  const other = { id: 's', chat_id: '2', chat_title: 'Fern' };
  queries.setQueryData([...recordingListsKey, {}], {
    pages: [{ recordings: [one, other], totals: null, next_cursor: null }],
    pageParams: [null],
  });
  queries.setQueryData(['recordings', 'r'], { recording: one, chat_title: 'Gears', turns: [] });
  queries.setQueryData(['recordings', 'r', 'waveform'], { per_second: 100 });
  answer = () => new Promise(() => {});
  choose('Rename');
  const field = await screen.findByRole('textbox', { name: 'Title of the chat' });
  fireEvent.change(field, { target: { value: 'Chain line' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  await screen.findByText('Chain line');
  const renamed = { ...one, chat_title: 'Chain line' };
  expect(queries.getQueryData([...recordingListsKey, {}])).toMatchObject({
    pages: [{ recordings: [renamed, other] }],
  });
  expect(queries.getQueryData(['recordings', 'r'])).toEqual({
    recording: renamed,
    chat_title: 'Chain line',
    turns: [],
  });
});

test('renaming happens in place and goes back with a sentence when the server refuses', async () => {
  await show();
  const answered = Promise.withResolvers<Response>();
  answer = () => answered.promise;
  const refusal = problem(500, 'internal', 'The server could not save it.');
  choose('Rename');
  const field = await screen.findByRole('textbox', { name: 'Title of the chat' });
  fireEvent.change(field, { target: { value: 'Chain line' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(await screen.findByText('Chain line')).toBeTruthy();
  answered.resolve(refusal);
  expect(await screen.findByText(/was not saved\. The server could not save it\./)).toBeTruthy();
  expect(screen.getByText('Gears')).toBeTruthy();
  expect(requests[0]).toBe('PATCH /api/chats/1');
});
