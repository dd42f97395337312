// @vitest-environment jsdom
/** What lists say about a recording: what is missing, and how wrong the device's clock was. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ClockNote } from './clock-note';
import { LossBadge } from './loss-badge';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const kGap = { start_ms: 1000, end_ms: 3000 };
const view = (facts: { refolding: boolean; missing: number; device?: string | null }) => ({
  recording: { id: 'one' },
  refolding: facts.refolding,
  started_at: '2026-11-28T10:00:00Z',
  device_started_at: facts.device ?? null,
  loss: {
    chunks_expected: 9,
    chunks_stored: 9,
    channels: [
      {
        channel: 'microphone',
        unit: 'blocks',
        kept: 400,
        missing: facts.missing,
        gaps: facts.missing > 0 ? [kGap] : [],
      },
    ],
  },
});

/** The server gives these answers one after another, and then repeats the last one. */
function show(...views: readonly unknown[]) {
  let asked = 0;
  vi.stubGlobal('fetch', async () => Response.json(views[Math.min(asked++, views.length - 1)]));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LossBadge recordingId="one" allParts />
      <p data-testid="clock">
        <ClockNote recordingId="one" />
      </p>
    </QueryClientProvider>,
  );
}

test('while the view is made anew, the page claims nothing and asks again', async () => {
  show(view({ refolding: true, missing: 100 }), view({ refolding: false, missing: 0 }));
  await screen.findByText('Being completed');
  expect(screen.queryByText('2.0 s of your voice')).toBeNull();
  await screen.findByText('Complete', {}, { timeout: 3000 });
});

test('the page says what is missing once it is known', async () => {
  show(view({ refolding: false, missing: 100 }));
  await screen.findByText('2.0 s of your voice');
  expect(screen.getByTestId('clock').textContent).toBe('');
});

test.each([
  ['2026-11-28T13:00:00Z', ' · Device clock 3 hours ahead'],
  ['2026-11-28T09:58:00Z', ' · Device clock 2 minutes behind'],
  ['2026-11-28T10:00:59Z', ''],
])('a device that says %s', async (device, words) => {
  show(view({ refolding: false, missing: 0, device }));
  await screen.findByText('Complete');
  await vi.waitFor(() => expect(screen.getByTestId('clock').textContent).toBe(words));
});
