// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { recordingForTest } from '../../api/recording-for-test';
import type { Recording } from '../../api/recordings';
import { Router } from '../../ui/router/router';
import { RouterContext } from '../../ui/router/router-context';
import { PlayerPage } from './player-page';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(given: Partial<Recording>, view: object): void {
  vi.stubGlobal('fetch', async () =>
    Response.json({
      recording: recordingForTest({ id: 'r', ...given }),
      refolding: false,
      loss: { chunks_expected: 0, chunks_stored: 0, channels: [] },
      turns: [],
      events: [],
      started_at: null,
      device_started_at: null,
      chat_title: 'Kitchen',
      model: 'gemini-live',
      ...view,
    }),
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterContext.Provider value={new Router(window)}>
        <PlayerPage recordingId="r" notFound="gone" onDelete={() => {}} onKeep={() => {}} />
      </RouterContext.Provider>
    </QueryClientProvider>,
  );
}

test.each([
  [{ state: 'recording' }, 'This session is still running'],
  [{ state: 'recording', quiet: true }, 'Nothing comes from this session any more'],
  [{ last_seq: -1, chunks_stored: 0 }, 'Nothing was recorded'],
  [{}, 'Preparing the film'],
] as const)(
  'without a film (%o) the page says why, and claims nothing about loss',
  async (given, title) => {
    show(given, { media: null });
    await screen.findByText(title);
    expect(screen.queryByText('Complete')).toBeNull();
  },
);

test('a film of no length is none; a model that is not known leaves no gap in the line', async () => {
  const media = { url: '/media', duration_ms: 0, has_video: false, bytes: 400 };
  show({ last_seq: -1, chunks_stored: 0 }, { media, model: '' });
  await screen.findByText('Nothing was recorded');
  expect(screen.queryByText('Complete')).toBeNull();
  expect(screen.getByText('Kitchen').parentElement?.textContent).toBe('Kitchen');
});
