// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type About, aboutQuery } from '../api/about';
import { meQuery } from '../api/account';
import { type Chat, chatsQuery } from '../api/chats';
import { recordingForTest } from '../api/recording-for-test';
import { lastRecordingsQuery, type RecordingPage, recordingsQuery } from '../api/recordings';
import { Home } from '../features/library/home';
import { LibraryPage } from '../features/library/library-page';
import { layOutForTest } from '../ui/layout-for-test';
import { Router } from '../ui/router/router';
import { RouterContext } from '../ui/router/router-context';
import { type FirstAnswers, firstPicture } from './first-picture';
import { Sidebar } from './sidebar';

const kNow = new Date();
const daysAgo = (days: number) => new Date(kNow.getTime() - days * 86_400_000).toISOString();

const chat = (id: string, days: number): Chat => ({
  id,
  title: `Chat ${id} <b>`,
  untitled: false,
  created_at: daysAgo(days),
  last_used_at: daysAgo(days),
  live: false,
  provider: null,
  model: null,
  live_words_to: null,
  shared: null,
});

/** Bars of all heights, a cut and no gap. */
const kSeam = btoa(
  String.fromCharCode(
    ...Array.from({ length: 139 }, (_, n) => (n < 100 ? (n * 7) % 256 : n === 105 ? 64 : 0)),
  ),
);
const recordings: RecordingPage = {
  recordings: [
    recordingForTest({ id: 'a', created_at: daysAgo(0), seam: kSeam, has_thumbnail: true }),
    recordingForTest({ id: 'b', created_at: daysAgo(0), title: 'Oil', has_thumbnail: true }),
    recordingForTest({ id: 'c', created_at: daysAgo(3), state: 'recording', duration_ms: null }),
    recordingForTest({ id: 'd', created_at: daysAgo(400), chat_id: 'two words' }),
  ],
  totals: { recordings: 4, duration_ms: 1000, bytes: 1000, models: ['gemini-live'] },
  next_cursor: null,
};
const about = {
  answers: 'emulator',
  sharing: 'users',
  storage: { used_bytes: 0, free_bytes: 1e11, recordings: 10_000 },
} as unknown as About;
const answers: FirstAnswers = {
  chats: { chats: [chat('1', 0), chat('2', 0), chat('3', 1)], next_cursor: null },
  about,
  recordings,
};
const view = { height: 900, narrow: false, now: kNow };

beforeEach(() => {
  layOutForTest();
  vi.stubGlobal('fetch', () => new Promise(() => {}));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function shown(path: string, content: ReactNode): HTMLElement {
  history.replaceState(null, '', path);
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const list = { pages: [recordings], pageParams: [null] };
  queries.setQueryData(lastRecordingsQuery.queryKey, list);
  queries.setQueryData(recordingsQuery().queryKey, list);
  queries.setQueryData(chatsQuery.queryKey, { pages: [answers.chats], pageParams: [null] });
  queries.setQueryData(aboutQuery.queryKey, about);
  queries.setQueryData(meQuery.queryKey, null as never);
  return render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={new Router(window)}>{content}</RouterContext.Provider>
    </QueryClientProvider>,
  ).container;
}

/** What the app adds to rows when it is there. */
const kOfApp =
  '.icon-button, label, kbd, .visually-hidden, .library__search span, .library__filters > :not(:first-child)';
/** Elements, classes, words, addresses and drawings, one per line; what is written inside of these is not compared. */
const kOwnWords = '.sidebar__foot, .recording-still, .badge, .lucide, .library__filters, p';

function outline(element: Element, depth = 0): string[] {
  const name = /^(button|a|span)$/.test(element.localName) ? 'inline' : element.localName;
  const classes = [...element.classList].filter(
    (one) => !/^(lucide-|first-room|virtual-list|recording-still-|dot)/.test(one),
  );
  const link = element.matches('.button') ? null : element.getAttribute('href');
  const own = [name, ...classes].join('.');
  const words = [...element.childNodes]
    .filter((node) => node.nodeType === Node.TEXT_NODE)
    .map((node) => node.textContent?.trim() ?? '')
    .join('');
  const line = [own, link, element.getAttribute('d'), element.matches(kOwnWords) ? '' : words];
  const children = element.matches('.recording-still, .badge, .lucide, .sidebar__foot')
    ? []
    : [...element.children].filter((child) => !child.matches(kOfApp));
  return [
    '  '.repeat(depth) + line.filter(Boolean).join(' '),
    ...children
      .filter((child) => !(child.matches('svg') && element.matches('.sidebar__brand a')))
      .flatMap((child) => outline(child, depth + 1)),
  ];
}
const part = (root: Element | null, selector: string) => {
  const found = root?.querySelector(selector);
  if (!found) throw new Error(`no ${selector}`);
  return outline(found);
};

test('the sidebar stands as the app draws it', () => {
  const app = shown('/tasks', <Sidebar {...sidebarProps} />);
  const picture = firstPicture('/', answers, view);
  expect(part(picture, '.sidebar')).toEqual(part(app, '.sidebar'));
});
const sidebarProps = {
  onNewChat: () => {},
  onHide: () => {},
  onSearch: () => {},
  onShowKeys: () => {},
  onDeleted: () => () => {},
};

test('the last sessions stand as the app draws them', () => {
  const app = shown(
    '/',
    <Home
      onStartLive={() => {}}
      onDelete={() => {}}
      onKeep={() => {}}
      removalKeys={({ id }) => [id]}
      recordings={4}
      answers=""
      first={null}
    />,
  );
  expect(part(firstPicture('/', answers, view), '.home')).toEqual(part(app, '.home'));
});

test('the library stands as the app draws it', async () => {
  const app = shown(
    '/recordings',
    <LibraryPage
      onSearch={() => {}}
      onStartLive={() => {}}
      onKeep={() => {}}
      onDelete={() => {}}
      removalKeys={({ id }) => [id]}
    />,
  );
  await waitFor(() => expect(app.querySelectorAll('.library li')).toHaveLength(4));
  const picture = firstPicture('/recordings', answers, view);
  expect(part(picture, '.library')).toEqual(part(app, '.library'));
});

test('all that can be pressed is a link', () => {
  for (const path of ['/', '/recordings']) {
    const picture = firstPicture(path, answers, view);
    expect(picture?.querySelectorAll('button, input, select, [tabindex]')).toHaveLength(0);
    expect(picture?.querySelectorAll('a:not([href])')).toHaveLength(0);
    expect(picture?.querySelectorAll('li a').length).toBeGreaterThan(6);
  }
});

test('it fills the window and draws no more', () => {
  const many = Array.from({ length: 50 }, (_, n) => chat(String(n), 0));
  const picture = (height: number) =>
    firstPicture(
      '/',
      { ...answers, chats: { chats: many, next_cursor: 'more' } },
      { ...view, height },
    );
  expect(picture(650)?.querySelectorAll('.chat-list li')).toHaveLength(10);
  expect(picture(200)?.querySelectorAll('.chat-list li')).toHaveLength(1);
  expect(picture(4000)?.querySelectorAll('.chat-list li')).toHaveLength(50);
});

test('where only the app knows what stands there, it draws nothing', () => {
  const none = { ...answers, recordings: { ...recordings, recordings: [] } };
  expect(firstPicture('/', none, view)).toBeNull();
  expect(firstPicture('/recordings', none, view)).toBeNull();
  expect(firstPicture('/recordings', answers, { ...view, narrow: true })).toBeNull();
  const narrow = firstPicture('/', answers, { ...view, narrow: true });
  expect(narrow?.querySelector('.sidebar')).toBeNull();
  expect(narrow?.querySelectorAll('.home li')).toHaveLength(4);
});
