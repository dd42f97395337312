import { expect, test } from 'vitest';
import type { RecordingView } from '../../api/recordings';
import { namedEvents as namedEventsOf } from './named-events';

type Facts = Pick<RecordingView, 'events' | 'loss'>;
/** Of a recording of 20 s with these parts; by default nothing is missing at its end. */
const namedEvents = (facts: Facts, parts = { last_seq: 19, missing_seqs: [] as number[] }) =>
  namedEventsOf({
    ...facts,
    recording: parts,
    media: { duration_ms: 20_000 },
  } as unknown as RecordingView);

const skipped = (at_ms: number, count: number, reason = 'encoder_busy') => ({
  at_ms,
  kind: 'video_skipped',
  detail: { count, reason },
});
const none = { chunks_expected: 1, chunks_stored: 1, channels: [] };
const texts = (...view: Parameters<typeof namedEvents>) =>
  namedEvents(...view).map(({ text }) => text);

test('skipped frames are one line, in the list of events only', () => {
  const events = [skipped(12_000, 5), skipped(20_000, 14), skipped(27_000, 1), skipped(60_000, 1)];
  expect(texts({ events, loss: none })).toEqual([
    'Camera stuttered 0:12–0:27, 20 frames',
    'Camera stuttered 1:00, 1 frame',
  ]);
  expect(namedEvents({ events, loss: none }).every(({ listOnly }) => listOnly)).toBe(true);
});

test('another reason is another line', () => {
  expect(texts({ events: [skipped(0, 2), skipped(1000, 30, 'disk_low')], loss: none })).toEqual([
    'Camera stuttered 0:00, 2 frames',
    'No room in the browser, camera left out 0:01, 30 frames',
  ]);
});

test('lists what the fold could not use or place', () => {
  const events = [
    { at_ms: 0, kind: 'clock_doubted', detail: { count: 3 } },
    { at_ms: 5, kind: 'left_out', detail: { topic: '/playout', count: 2 } },
  ];
  expect(texts({ events, loss: none })).toEqual([
    'The clocks of the browser disagreed: pictures and words may be a moment off',
    '2 messages of /playout could not be used',
  ]);
});

test('a loss is listed at its time, between the events around it', () => {
  const loss = {
    ...none,
    channels: [
      {
        channel: 'microphone' as const,
        unit: 'blocks' as const,
        kept: 900,
        missing: 100,
        gaps: [{ start_ms: 4900, end_ms: 6900 }],
      },
      {
        channel: 'messages' as const,
        unit: 'messages' as const,
        kept: 900,
        missing: 100,
        gaps: [{ start_ms: 4800, end_ms: 7300 }],
      },
    ],
  };
  const events = [
    { at_ms: 0, kind: 'camera', detail: { on: true } },
    { at_ms: 9000, kind: 'hang_up' },
  ];
  const [, gap] = namedEvents({ events, loss });
  expect(texts({ events, loss })).toEqual([
    'Camera on',
    'Missing: 2.0 s of your voice, 2.5 s of messages',
    'Hung up',
  ]);
  // As long as the badge says: the voice comes first.
  expect(gap).toMatchObject({ icon: 'gap', atMs: 4800, chip: '2.0 s missing' });
});

test.each([
  [[19], 'Missing: the last part of 20'],
  [[3, 17, 18, 19], 'Missing: the last 3 parts of 20'],
  // A part in the middle of which nothing else tells, for example of a session without sound.
  [[3], 'Missing: 1 of 20 parts'],
])('parts %j that leave no trace in time have a line at the end', (missing_seqs, text) => {
  const loss = { ...none, chunks_expected: 20, chunks_stored: 20 - missing_seqs.length };
  const events = namedEvents({ events: [], loss }, { last_seq: 19, missing_seqs });
  expect(events).toMatchObject([{ icon: 'gap', text, atMs: 20_000 }]);
});

test('messages without a place in time have a line', () => {
  const left = { channel: 'messages' as const, unit: 'messages' as const, kept: 9, missing: 1 };
  const loss = { ...none, channels: [{ ...left, gaps: [] }] };
  expect(texts({ events: [], loss })).toEqual(['Missing: Some messages']);
});
