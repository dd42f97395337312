// @vitest-environment jsdom
/** What lists say about a recording: what is missing, and how wrong the device's clock was. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { recordingForTest } from '../api/recording-for-test';
import type { Recording } from '../api/recordings';
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

/** What a list says of it. */
const row = recordingForTest({ id: 'one', last_seq: 8, chunks_stored: 9, duration_ms: 9000 });

/** The server gives these answers one after another, and then repeats the last one. */
const show = (...views: readonly unknown[]) => showRow(row, ...views);

function showRow(recording: Recording, ...views: readonly unknown[]) {
  let asked = 0;
  vi.stubGlobal('fetch', async () => Response.json(views[Math.min(asked++, views.length - 1)]));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LossBadge recording={recording} />
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
  ['2.0 s of your voice', { missing_ms: { ...row.missing_ms, microphone: 2000 } }],
  ['2.0 s of camera', { missing_ms: { ...row.missing_ms, camera: 2000 } }],
  ['Some messages', { left_out: true }],
  ['1 of 9 parts', { chunks_stored: 8, missing_seqs: [8] }],
  ['Complete', {}],
  ['Being completed', { refolding: true }],
  ['Getting ready', { duration_ms: null }],
  ['Nothing recorded', { last_seq: -1, chunks_stored: 0, duration_ms: 0 }],
])('until more is known, a recording is "%s", as the list says', (words, facts) => {
  vi.stubGlobal('fetch', () => new Promise(() => {}));
  const recording = { ...row, ...facts };
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>
      <LossBadge recording={recording} />
    </QueryClientProvider>,
  );
  expect(container.textContent).toBe(words);
});

test('a session of nothing is not called complete', async () => {
  showRow({ ...row, last_seq: -1 }, view({ refolding: false, missing: 0 }));
  await screen.findByText('Nothing recorded');
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
