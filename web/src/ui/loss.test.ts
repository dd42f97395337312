import { describe, expect, it } from 'vitest';
import {
  gapsOf,
  isWhole,
  type Loss,
  type LossChannel,
  lossWords,
  missingPlaces,
  seamGaps,
  unionOf,
} from './loss';

type Gaps = Partial<Record<LossChannel, readonly (readonly [number, number])[]>>;

const loss = (gaps: Gaps, chunks: readonly [number, number] = [20, 20], skipped = 0): Loss => ({
  chunks_expected: chunks[1],
  chunks_stored: chunks[0],
  channels: (['microphone', 'model', 'camera', 'messages'] as const).map((channel) => ({
    channel,
    unit: 'messages',
    kept: 100,
    missing: (gaps[channel]?.length ?? 0) + (channel === 'camera' ? skipped : 0),
    gaps: (gaps[channel] ?? []).map(([start_ms, end_ms]) => ({ start_ms, end_ms })),
  })),
});

const withLeftOut = (channel: LossChannel): Loss => ({
  ...loss({}),
  channels: [{ channel, unit: 'messages', kept: 9, missing: 1, gaps: [] }],
});

/** As it was recorded on 2026-11-28: two seconds were lost, both directions of the messages overlap. */
const kLost = loss(
  {
    microphone: [[4900, 6900]],
    camera: [[5000, 6900]],
    messages: [
      [4800, 11_500],
      [4900, 6900],
    ],
  },
  [18, 20],
);

describe('loss', () => {
  it.each([
    ['a voice before pictures before messages', kLost, '2.0 s of your voice'],
    ['the model’s voice', loss({ model: [[0, 1500]] }), '1.5 s of the model’s voice'],
    ['pictures', loss({ camera: [[0, 1000]], messages: [[0, 9000]] }), '1.0 s of camera'],
    [
      'overlaps once',
      loss({
        messages: [
          [0, 2000],
          [1000, 3000],
        ],
      }),
      '3.0 s of messages',
    ],
    ['parts that say nothing of their time', loss({}, [18, 20]), '2 of 20 parts'],
    ['nothing', loss({}), 'Complete'],
    ['no skipped frames', loss({}, [20, 20], 30), 'Complete'],
    ['nothing that would be 0.0 s', loss({ camera: [[0, 20]] }), 'Complete'],
    ['messages in too short a time to tell', loss({ microphone: [[0, 20]] }), 'Some messages'],
    ['messages without a place in time', withLeftOut('model'), 'Some messages'],
    ['words that are too many to show', withLeftOut('words'), 'Complete'],
  ])('names %s', (_name, of, words) => {
    expect(lossWords(of)).toBe(words);
    expect(isWhole(of)).toBe(words === 'Complete');
  });

  it('has one line for each place, with all that is missing there', () => {
    expect(missingPlaces(kLost)).toEqual([
      {
        span: { startMs: 4800, endMs: 11_500 },
        words: '2.0 s of your voice, 1.9 s of camera, 6.7 s of messages',
        ms: 2000,
      },
    ]);
    const two = missingPlaces(loss({ microphone: [[0, 1000]], camera: [[2000, 3000]] }));
    expect(two.map(({ words }) => words)).toEqual(['1.0 s of your voice', '1.0 s of camera']);
  });

  it('joins what overlaps or touches, in order', () => {
    const spans = [
      [5, 6],
      [0, 2],
      [2, 3],
      [1, 2],
    ].map(([startMs = 0, endMs = 0]) => ({ startMs, endMs }));
    expect(unionOf(spans)).toEqual([
      { startMs: 0, endMs: 3 },
      { startMs: 5, endMs: 6 },
    ]);
  });

  it('hatches the voices only', () => {
    expect(seamGaps(kLost)).toEqual([{ lane: 'person', startMs: 4900, endMs: 6900 }]);
    expect(gapsOf(kLost, 'camera')).toEqual([{ startMs: 5000, endMs: 6900 }]);
  });
});
