import { describe, expect, it } from 'vitest';
import { MutedSpeech } from './muted-ear';

/** Levels, one for each look: [dBFS, number of looks]. */
type Levels = readonly (readonly [number, number])[];
const listen = (levels: Levels): boolean[] => {
  const speech = new MutedSpeech();
  return levels.flatMap(([dbfs, count]) => Array.from({ length: count }, () => speech.look(dbfs)));
};

describe('speaking while muted', () => {
  const cases: readonly [string, Levels, boolean][] = [
    ['a quiet room', [[-70, 100]], false],
    ['digital silence', [[-120, 100]], false],
    [
      'a sentence',
      [
        [-65, 20],
        [-25, 12],
      ],
      true,
    ],
    [
      'words with pauses',
      [
        [-65, 20],
        [-25, 2],
        [-60, 1],
        [-25, 3],
      ],
      true,
    ],
    [
      'a cough',
      [
        [-65, 20],
        [-15, 3],
        [-65, 20],
      ],
      false,
    ],
    [
      'a key now and then',
      [
        [-60, 8],
        [-20, 1],
        [-60, 8],
        [-20, 1],
        [-60, 8],
      ],
      false,
    ],
    [
      'a quiet murmur far away',
      [
        [-65, 20],
        [-50, 30],
      ],
      false,
    ],
    ['a fan that has run for a while', [[-40, 200]], false],
  ];
  it.each(cases)('%s', (_, levels, speaks) => {
    expect(listen(levels).at(-1)).toBe(speaks);
  });

  it('is said for four seconds after the last word', () => {
    const said = listen([
      [-65, 10],
      [-20, 10],
      [-65, 60],
    ]);
    const heard = said.lastIndexOf(true) - 19;
    expect(heard).toBeGreaterThanOrEqual(40);
    expect(heard).toBeLessThanOrEqual(50);
    expect(said.at(-1)).toBe(false);
  });
});
