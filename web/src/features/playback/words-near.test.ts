import { expect, test } from 'vitest';
import type { Turn } from './turns';
import { wordsNear } from './words-near';

const turn = (words: string, more: Partial<Turn> = {}): Turn => {
  const parts = words.split(' ').filter(Boolean);
  return {
    index: 0,
    speaker: 'model',
    start_ms: 1000,
    end_ms: 1000 + 100 * parts.length,
    text: words,
    words: parts.map((text, n) => ({
      text: ` ${text}`,
      start_ms: 1000 + 100 * n,
      end_ms: 1100 + 100 * n,
      heard: true,
    })),
    written: false,
    interrupted: false,
    interrupted_at_ms: null,
    ghost_ms: 0,
    gap_before_ms: null,
    overlap_ms: 0,
    ...more,
  };
};
const ten = 'a b c d e f g h i j';

test.each([
  [1000, 'a b c d e f g …'],
  [1300, '… b c d e f g h …'],
  [1950, '… d e f g h i j'],
])('at %i ms: %s', (ms, words) =>
  expect(wordsNear([turn(ten)], ms)).toEqual({ speaker: 'model', words }),
);

test('a short turn is there as a whole', () => {
  expect(wordsNear([turn('yes please')], 1100)?.words).toBe('yes please');
});

test('what was not heard is left out, and a turn may have no words', () => {
  const cut = turn('yes please');
  const words = cut.words.map((word, n) => ({ ...word, heard: n === 0 }));
  expect(wordsNear([{ ...cut, words }], 1100)?.words).toBe('yes');
  expect(wordsNear([turn('', { end_ms: 2000 })], 1500)).toEqual({ speaker: 'model', words: '' });
});

test('between turns nobody speaks', () => {
  expect(wordsNear([turn(ten)], 5000)).toBe(null);
});
