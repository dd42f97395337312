// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordingForTest } from '../../api/recording-for-test';
import type { Recording, RecordingPage } from '../../api/recordings';
import { layOutForTest } from '../../ui/layout-for-test';
import { removals } from '../../ui/removals';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { focusBeside, focusFirstOf } from '../../ui/row-focus';
import { toasts } from '../../ui/toasts';
import { LibraryPage } from './library-page';

const recording = (id: string, first_words: string, more: Partial<Recording> = {}) =>
  recordingForTest({ id, first_words, ...more });
const totals = (recordings: number): RecordingPage['totals'] => ({
  recordings,
  duration_ms: recordings * 60_000,
  bytes: recordings * 1_000_000,
  models: ['gemini-live', 'other'],
});
const page = (
  recordings: Recording[],
  next_cursor: string | null = null,
  sum = recordings.length,
) => ({
  recordings,
  next_cursor,
  totals: totals(sum),
});

let asked: string[] = [];
let pages: Record<string, unknown> = {};
const searched = vi.fn();
const erased = vi.fn((_ids: readonly string[]) => {});

beforeEach(() => {
  asked = [];
  erased.mockClear();
  searched.mockClear();
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const name = search.replace('limit=60', '').replace(/^\?&?/, '?').replace(/&$/, '');
    if (pathname === '/api/recordings') asked.push(name);
    if (request.method === 'PATCH') {
      const { title } = await request.json();
      return Response.json(recording('1', 'Tea', { title }));
    }
    return Response.json(pages[name] ?? {});
  });
  layOutForTest();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const keyOf = (id: string) => `recording:${id}`;

async function show(address = '/') {
  const library = (
    <LibraryPage
      onSearch={searched}
      onStartLive={() => {}}
      onKeep={() => {}}
      onDelete={(recordings) => {
        const ids = recordings.map(({ id }) => id);
        erased(ids);
        const keys = ids.map(keyOf);
        focusBeside(keys);
        removals.remove({
          keys,
          text: 'Gone',
          onUndo: () => focusFirstOf(keys),
          commit: async () => {},
          failure: () => '',
        });
      }}
      removalKeys={({ id }) => [keyOf(id)]}
    />
  );
  history.replaceState(null, '', address);
  const queries = new QueryClient();
  render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={new Router(window)}>{library}</RouterContext.Provider>
    </QueryClientProvider>,
  );
  await screen.findByRole('heading', { level: 1 });
}
const rowOf = (title: string) => {
  const row = screen.getByRole('link', { name: title }).closest('li');
  if (!row) throw new Error(`no row ${title}`);
  return within(row);
};

test('shows the totals; each row has its number and the size of the list', async () => {
  pages = {
    '?': page([recording('1', 'Tea'), recording('2', 'Rain')], 'b', 300),
    '?cursor=b': page([]),
  };
  await show();
  await screen.findByText('“Tea”');
  expect(screen.getByRole('status').textContent).toBe('300 recordings · 5 h · 300 MB');
  const row = screen.getByText('“Rain”').closest('li');
  expect([
    row?.ariaSetSize ?? row?.getAttribute('aria-setsize'),
    row?.getAttribute('aria-posinset'),
  ]).toEqual(['300', '2']);
});

test('the next page comes when the end is near', async () => {
  pages = {
    '?': page([recording('1', 'Tea')], 'b', 2),
    '?cursor=b': { ...page([recording('2', 'Rain')]), totals: null },
  };
  await show();
  await screen.findByText('“Rain”');
  expect(asked.filter((one) => one.includes('cursor'))).toEqual(['?cursor=b']);
});

test('a row names its chat, its model and how it stands', async () => {
  pages = {
    '?': page([
      recording('1', '', { state: 'recording', duration_ms: null, reason: null }),
      recording('2', '', { state: 'recording', duration_ms: null, reason: null, quiet: true }),
      recording('3', ''),
      recording('4', 'Tea', {
        missing_ms: { microphone: 0, model: 0, camera: 1200, messages: 5000 },
      }),
      recording('5', 'Rain', { left_out: true }),
      recording('6', 'Late', { refolding: true, left_out: true }),
      recording('7', 'Ahead', {
        created_at: '2026-11-28T05:00:00.000Z',
        device_started_at: '2026-11-28T08:00:02.000Z',
      }),
    ]),
  };
  await show();
  await screen.findByText('“Tea”');
  const live = rowOf('Live now');
  expect(live.getByText('Recording now')).toBeTruthy();
  expect(live.getByRole('link', { name: 'Kitchen' }).getAttribute('href')).toBe('/chats/c');
  expect(live.getByText('gemini-live')).toBeTruthy();
  expect(rowOf('Live session').getByText('Waiting for its browser')).toBeTruthy();
  expect(rowOf('Nobody spoke').getByText('Complete')).toBeTruthy();
  expect(rowOf('“Tea”').getByText('1.2 s of camera')).toBeTruthy();
  expect(rowOf('“Rain”').getByText('Some messages')).toBeTruthy();
  expect(rowOf('“Late”').getByText('Being completed')).toBeTruthy();
  expect(rowOf('“Late”').queryByText('Some messages')).toBe(null);
  expect(rowOf('“Late”').queryByText(/Device clock/)).toBe(null);
  expect(rowOf('“Ahead”').getByText(/Device clock 3 hours ahead/)).toBeTruthy();
});

test('filters are in the address, and go to the server', async () => {
  pages = { '?': page([recording('1', 'Tea')]), '?missing=some': page([]) };
  await show();
  await screen.findByText('“Tea”');
  fireEvent.change(screen.getByRole('combobox', { name: 'State' }), { target: { value: 'gaps' } });
  await screen.findByText('Nothing matches these filters');
  expect(location.search).toBe('?state=gaps');
  fireEvent.click(screen.getByRole('button', { name: 'Show all recordings' }));
  await screen.findByText('“Tea”');
  expect(location.search).toBe('');
});

test('several are deleted at once, and focus goes to the row after them', async () => {
  pages = { '?': page(['a', 'b', 'c', 'd'].map((id) => recording(id, id))) };
  await show();
  fireEvent.click(await screen.findByRole('checkbox', { name: 'Select “a”' }));
  screen.getByRole('link', { name: '“b”' }).focus();
  fireEvent.keyDown(document.activeElement ?? document.body, { key: 'x' });
  const bar = within(screen.getByRole('toolbar', { name: 'Selected recordings' }));
  expect(bar.getByText('2 selected')).toBeTruthy();
  fireEvent.click(bar.getByRole('button', { name: 'Delete' }));
  expect(erased).toHaveBeenCalledExactlyOnceWith(['a', 'b']);
  await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('“c”'));
  expect(screen.queryByText('“a”')).toBeNull();
  expect(screen.getByRole('status').textContent).toMatch(/^2 recordings/);
  expect(screen.queryByRole('toolbar')).toBeNull();
  act(() => toasts.act());
  await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('“a”'));
});

test('the search over everything is one press away', async () => {
  pages = { '?': page([recording('1', 'Tea')]) };
  await show();
  fireEvent.click(await screen.findByRole('button', { name: 'Search everything said' }));
  expect(searched).toHaveBeenCalledOnce();
});

test('a recording is renamed in its row', async () => {
  pages = { '?': page([recording('1', 'Tea')]) };
  await show();
  await screen.findByText('“Tea”');
  const more = screen.getByRole('button', { name: 'More for this recording' });
  fireEvent.keyDown(more, { key: 'Enter' });
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Rename' }));
  const field = await screen.findByRole('textbox', { name: 'Title of the recording' });
  fireEvent.change(field, { target: { value: ' Pot ' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  const link = await screen.findByRole('link', { name: 'Pot' });
  await vi.waitFor(() => expect(document.activeElement).toBe(link));
});

test('an empty library says what to do', async () => {
  pages = { '?': page([]) };
  await show();
  await screen.findByText('No recordings yet');
  expect(screen.getAllByRole('button', { name: 'Start live' })).toHaveLength(1);
  expect(screen.queryByRole('combobox')).toBeNull();
});
