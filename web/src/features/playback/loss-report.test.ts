import { expect, test } from 'vitest';
import type { Loss } from '../../ui/loss';
import { lossRows, lossSentence } from './loss-report';

type Channel = Loss['channels'][number];
const channel = (name: Channel['channel'], change: Partial<Channel> = {}): Channel => ({
  channel: name,
  unit: 'blocks',
  kept: 100,
  missing: 0,
  gaps: [],
  ...change,
});
const loss = (...channels: Channel[]): Loss => ({
  chunks_expected: 18,
  chunks_stored: 18,
  channels,
});
const gap = { missing: 20, gaps: [{ start_ms: 1000, end_ms: 3000 }] };
const words = channel('words', { unit: 'bytes', missing: 1_234_567 });
const events = channel('events', { unit: 'events', missing: 12 });
const turns = channel('turns', { unit: 'turns', missing: 500 });

test.each([
  [
    'nothing is missing',
    loss(channel('camera')),
    '0 of 18 chunks missing. All sound and pictures are here.',
  ],
  [
    'pictures were skipped',
    loss(channel('microphone'), channel('camera', { missing: 3 })),
    '0 of 18 chunks missing. All sound is here; 3 pictures were skipped.',
  ],
  [
    'one picture was skipped',
    loss(channel('camera', { missing: 1 })),
    '0 of 18 chunks missing. All sound is here; 1 picture was skipped.',
  ],
  ['a gap', loss(channel('camera', gap)), 'Missing: 2.0 s of camera.'],
  [
    'more turns than are shown',
    loss(channel('camera'), turns),
    '0 of 18 chunks missing. All sound and pictures are here. 500 turns are too many to show; the download has them.',
  ],
  [
    'more words and events than are shown',
    loss(channel('camera'), words, events),
    '0 of 18 chunks missing. All sound and pictures are here. 1 234 567 bytes of words are too many to show; the download has them. 12 events are too many to show; the download has them.',
  ],
  [
    'both',
    loss(channel('microphone', gap), events),
    'Missing: 2.0 s of your voice. 12 events are too many to show; the download has them.',
  ],
  [
    'chunks without a place in time, and turns',
    { ...loss(turns), chunks_stored: 16 },
    '2 of 18 chunks missing. 500 turns are too many to show; the download has them.',
  ],
  [
    'messages without a place in time',
    loss(channel('microphone', { missing: 1 }), events),
    'Messages are missing that have no place in time. 12 events are too many to show; the download has them.',
  ],
])('%s', (_, report, sentence) => {
  expect(lossSentence(report)).toBe(sentence);
});

test('what was cut has its own row', () => {
  expect(lossRows(loss(words))).toMatchObject([{ name: 'Words', kept: '100 bytes' }]);
});
