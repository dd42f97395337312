// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Recording } from '../../api/recordings';
import { LibraryPage } from './library-page';

const recording = (id: string, first_words: string): Recording => ({
  id,
  chat_id: 'c',
  live_session_id: id,
  state: 'complete',
  reason: 'hangup',
  created_at: new Date(2026, 10, 21).toISOString(),
  duration_ms: 1000,
  first_words,
  stored_bytes: 1_000_000,
  chunks_stored: 1,
  last_seq: 0,
  missing_seqs: [],
});

let asked: string[] = [];
let pages: Record<string, unknown> = {};

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    asked.push(pathname + search);
    return Response.json(pages[search] ?? {});
  });
  // jsdom has none: nothing is ever in view.
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function show() {
  const page = () => (
    <LibraryPage onStartLive={() => {}} onDelete={() => {}} removalKey={(id) => id} />
  );
  const history = createMemoryHistory({ initialEntries: ['/'] });
  const routeTree = createRootRoute({ component: page });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={createRouter({ routeTree, history })} />
    </QueryClientProvider>,
  );
  await screen.findByText('“Tea”');
}

test('further recordings come where the list ends', async () => {
  pages = {
    '': { recordings: [recording('1', 'Tea')], next_cursor: 'b' },
    '?cursor=b': { recordings: [recording('2', 'Rain')], next_cursor: null },
  };
  await show();
  expect(screen.getByText('The newest recording')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show more recordings' }));
  await screen.findByText('“Rain”');
  expect(screen.getByText('“Tea”')).toBeTruthy();
  expect(screen.getByText(/^2 recordings, /)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Show more recordings' })).toBeNull();
  expect(asked).toEqual(['/api/recordings', '/api/recordings?cursor=b']);
});

test('a list that ends says how much there is', async () => {
  pages = {
    '': { recordings: [recording('1', 'Tea')], next_cursor: null },
  };
  await show();
  expect(screen.getByText(/^1 recording, /)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Show more recordings' })).toBeNull();
});
