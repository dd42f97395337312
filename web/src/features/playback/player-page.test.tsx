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

test.each([
  [{ state: 'recording' }, 'This session is still running'],
  [{ state: 'recording', quiet: true }, 'Nothing comes from this session any more'],
  [{ last_seq: -1, chunks_stored: 0 }, 'Nothing was recorded'],
  [{}, 'Preparing the film'],
] as const)(
  'without a film (%o) the page says why, and claims nothing about loss',
  async (given, title) => {
    const recording = recordingForTest({ id: 'r', ...(given as Partial<Recording>) });
    vi.stubGlobal('fetch', async () =>
      Response.json({
        recording,
        media: null,
        refolding: false,
        loss: { chunks_expected: 0, chunks_stored: 0, channels: [] },
        turns: [],
        events: [],
        started_at: null,
        device_started_at: null,
        chat_title: 'Kitchen',
        model: 'gemini-live',
      }),
    );
    render(
      <QueryClientProvider client={new QueryClient()}>
        <RouterContext.Provider value={new Router(window)}>
          <PlayerPage recordingId="r" notFound="gone" onDelete={() => {}} onKeep={() => {}} />
        </RouterContext.Provider>
      </QueryClientProvider>,
    );
    await screen.findByText(title);
    expect(screen.queryByText('Complete')).toBeNull();
  },
);
