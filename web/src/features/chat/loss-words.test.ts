import { expect, test } from 'vitest';
import type { RecordingView } from '../../api/recordings';
import { lossWords } from './loss-words';

type Loss = RecordingView['loss'];
const channel = (
  name: Loss['channels'][number]['channel'],
  ...gaps: (readonly [number, number])[]
): Loss['channels'][number] => ({
  channel: name,
  unit: 'blocks',
  kept: 1,
  missing: gaps.length,
  gaps: gaps.map(([start_ms, end_ms]) => ({ start_ms, end_ms })),
});
const loss = (...channels: Loss['channels']): Loss => ({
  chunks_expected: 18,
  chunks_stored: 18,
  channels,
});

test.each([
  ['nothing is missing', loss(channel('camera'), channel('microphone')), null],
  ['camera', loss(channel('camera', [100, 700], [900, 1500])), '1.2 s of camera'],
  [
    'the largest gap wins',
    loss(channel('camera', [0, 500]), channel('microphone', [0, 800])),
    '0.8 s of your voice',
  ],
  [
    'chunks without known gaps',
    { ...loss(channel('camera')), chunks_stored: 16 },
    '2 of 18 parts missing',
  ],
])('%s', (_, report, words) => {
  expect(lossWords(report)).toBe(words);
});
