// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordingForTest } from '../../api/recording-for-test';
import { lastRecordingsQuery, type Recording } from '../../api/recordings';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { Home } from './home';

const recording = (id: string, change: Partial<Recording> = {}) =>
  recordingForTest({ id, first_words: `words of ${id}`, ...change });

beforeEach(() => {
  // jsdom has none, so nothing is ever in view.
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

/** `recordings` null: the list has not come yet. `known`: how many there are, as far as the server has said. */
function open(
  recordings: readonly Recording[] | null,
  { known = null as number | null, onStartLive = () => {} } = {},
) {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  if (recordings) {
    queries.setQueryData(lastRecordingsQuery.queryKey, {
      pages: [{ recordings: [...recordings], totals: null, next_cursor: null }],
      pageParams: [null],
    });
  } else vi.stubGlobal('fetch', () => new Promise(() => {}));
  const page = (
    <Home
      onStartLive={onStartLive}
      onDelete={() => {}}
      onKeep={() => {}}
      removalKeys={({ id }) => [id]}
      recordings={known}
      answers="The emulator answers."
      first={<p>The poster</p>}
    />
  );
  render(
    <QueryClientProvider client={queries}>
      <RouterContext.Provider value={new Router(window)}>{page}</RouterContext.Provider>
    </QueryClientProvider>,
  );
}

async function show(recordings: readonly Recording[], onStartLive = () => {}) {
  open(recordings, { onStartLive });
  await screen.findByText(recordings.length > 0 ? /The poster|Last sessions/ : 'The poster');
}

test.each([
  [null, null],
  [0, 'The poster'],
  [3, 'Talk again'],
])('while the list loads and the server knows of %s recordings: %s', async (known, words) => {
  open(null, { known });
  await vi.waitFor(() =>
    expect(document.querySelector('.home') ?? screen.queryByText('The poster')).toBeTruthy(),
  );
  for (const each of ['The poster', 'Talk again']) {
    expect(screen.queryByText(each) !== null, each).toBe(each === words);
  }
});

test('the first visit sees the poster, also when all that was there is erased', async () => {
  await show([recording('1', { state: 'erased' })]);
  expect(screen.getByText('The poster')).toBeTruthy();
});

test('a person who comes back sees the last five sessions and Start live', async () => {
  const start = vi.fn();
  await show(
    ['1', '2', '3', '4', '5', '6'].map((id) => recording(id)),
    start,
  );
  expect(screen.getAllByRole('heading', { level: 3 })).toHaveLength(5);
  expect(screen.queryByText(/words of 6/)).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Start live' }));
  expect(start).toHaveBeenCalledOnce();
});
