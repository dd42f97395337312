// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Message, messagesQuery } from '../api/chats';
import type { Pages } from '../api/pages';
import type { components } from '../api/schema';
import { refreshSessions, refreshThread, withNewest } from './thread-news';

type MessagePage = components['schemas']['MessageList'];
type Thread = Pages<MessagePage>;

const message = (id: string, text = ''): Message =>
  ({ id, text, chat_id: 'c', live_session: null }) as Message;
const page = (ids: string, cursor: string | null): MessagePage => ({
  messages: [...ids].map((id) => message(id)),
  next_cursor: cursor,
});
const thread = (...pages: MessagePage[]): Thread => ({
  pages,
  pageParams: [null, ...pages.map(({ next_cursor: cursor }) => cursor)].slice(0, pages.length),
});
const idsOf = (list: Thread | null | undefined) =>
  list?.pages.map(({ messages }) => messages.map(({ id }) => id).join('')) ?? null;

test.each<[string, Thread, MessagePage, string[] | null]>([
  ['nothing changed', thread(page('ef', 'd'), page('abcd', null)), page('ef', 'd'), ['ef', 'abcd']],
  ['further ones', thread(page('ef', 'd'), page('abcd', null)), page('fg', 'e'), ['efg', 'abcd']],
  ['the last is gone', thread(page('efg', 'd'), page('ab', null)), page('ef', 'd'), ['ef', 'ab']],
  [
    'it reaches further back',
    thread(page('ef', 'd'), page('abcd', null)),
    page('df', 'c'),
    ['df', 'abc'],
  ],
  ['too many came', thread(page('ef', 'd'), page('abcd', null)), page('xy', 'w'), null],
  ['a short thread is all of it', thread(page('ab', null)), page('bc', null), ['bc']],
  ['all are gone', thread(page('ef', 'd'), page('abcd', null)), page('', null), ['']],
])('the newest page is put in: %s', (_, before, newest, expected) => {
  const now = withNewest(before, newest);
  expect(idsOf(now)).toEqual(expected);
  // Where the loaded part begins does not change by it.
  if (now && newest.next_cursor) expect(now.pages.at(-1)?.next_cursor).toBeNull();
  if (now) expect(now.pageParams).toHaveLength(now.pages.length);
});

const { queryKey } = messagesQuery('c');
let queries = new QueryClient();
let asked: string[] = [];
let answer: (path: string) => Promise<Response>;

beforeEach(() => {
  queries = new QueryClient();
  asked = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url, 'http://x');
    asked.push(pathname + search);
    return answer(pathname);
  });
});
afterEach(() => vi.unstubAllGlobals());
const json = (value: unknown, status = 200) =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json' },
  });

test('one page is asked for, whatever was loaded', async () => {
  queries.setQueryData(queryKey, thread(page('ef', 'd'), page('cd', 'b'), page('ab', null)));
  answer = async () => json(page('efg', 'd'));
  await refreshThread(queries, 'c');
  expect(asked).toEqual(['/api/chats/c/messages']);
  expect(idsOf(queries.getQueryData<Thread>(queryKey))).toEqual(['efg', 'cd', 'ab']);
});

test('what was sent while the page came is not lost', async () => {
  queries.setQueryData(queryKey, thread(page('ef', 'd')));
  answer = async () => {
    if (asked.length === 1) {
      queries.setQueryData(queryKey, thread(page('efg', 'd')));
      return json(page('ef', 'd'));
    }
    return json(page('efg', 'd'));
  };
  await refreshThread(queries, 'c');
  expect(asked).toHaveLength(2);
  expect(idsOf(queries.getQueryData<Thread>(queryKey))).toEqual(['efg']);
});

test('an unreachable server changes nothing', async () => {
  queries.setQueryData(queryKey, thread(page('ef', 'd')));
  answer = () => Promise.reject(new TypeError('no network'));
  await refreshThread(queries, 'c');
  expect(idsOf(queries.getQueryData<Thread>(queryKey))).toEqual(['ef']);
});

test('of a running session only its state is asked, and the others stay the same objects', async () => {
  const session = (state: string) => ({ id: 's', state }) as Message['live_session'];
  const other = message('a');
  queries.setQueryData(
    queryKey,
    thread({
      messages: [other, { ...message('b'), live_session: session('live') }],
      next_cursor: null,
    }),
  );
  answer = async () => json({ id: 's', state: 'ended' });
  await refreshSessions(queries, 'c', ['s'], new AbortController().signal);
  expect(asked).toEqual(['/api/live/sessions/s']);
  const now = queries.getQueryData<Thread>(queryKey)?.pages[0]?.messages ?? [];
  expect(now[1]?.live_session?.state).toBe('ended');
  expect(now[0]).toBe(other);
});
