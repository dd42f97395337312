import { expect, test } from 'vitest';
import { paragraphsOf, runningWords, textOf, wordAtLetter } from './paragraphs';
import type { Turn } from './turns';

const turn = (text: string, ghost = ''): Turn => {
  const words = (part: string, heard: boolean) =>
    (part.match(/\s*\S+/g) ?? []).map((word, at) => ({
      text: word,
      start_ms: at * 100,
      end_ms: at * 100 + 90,
      heard,
    }));
  return {
    index: 0,
    speaker: 'model',
    start_ms: 0,
    end_ms: 1000,
    text,
    words: [...words(text, true), ...words(ghost, false)],
    interrupted: false,
    written: false,
    interrupted_at_ms: null,
    ghost_ms: 0,
    gap_before_ms: null,
    overlap_ms: 0,
  };
};
const sentence = (letters: number) => `${'word '.repeat(letters / 5 - 1)}end.`;
const shape = (of: Turn) => paragraphsOf(of).map((one) => textOf(one).trim().length);

test.each([
  ['a short turn is one', turn('Yes. I do.'), [10]],
  [
    'two or three sentences each',
    turn([80, 80, 80, 80, 80].map(sentence).join(' ')),
    [160, 160, 79],
  ],
  ['no short one at the end', turn([80, 80, 30].map(sentence).join(' ')), [190]],
  ['a sentence is never cut', turn(sentence(400)), [399]],
  ['ghost words are no part of it', turn('Yes.', 'and more'), [4]],
  ['nothing without words', turn(''), []],
])('paragraphs: %s', (_name, of, want) => {
  const near = shape(of);
  expect(near).toHaveLength(want.length);
  near.forEach((letters, at) => {
    expect(Math.abs(letters - (want[at] ?? 0))).toBeLessThanOrEqual(3);
  });
});

test.each([
  [0, 'Once'],
  [3, 'Once'],
  [4, ' upon'],
  [9, ' a'],
  [99, ' time'],
])('letter %d belongs to "%s"', (offset, word) => {
  const [paragraph = []] = paragraphsOf(turn(' Once upon a time'));
  expect(wordAtLetter(paragraph, offset)?.text.trim()).toBe(word.trim());
});

test.each([
  [0, ['Once', ' upon a time']],
  [150, ['Once upon', ' a time']],
  [1500, ['Once upon a time', '']],
  [-1, null],
])('running words at %d ms', (ms, want) => {
  const words = runningWords([turn('Once upon a time')], ms);
  expect(words && [words.said, words.coming]).toEqual(want);
});

test('running words are those of the paragraph being heard', () => {
  const long = turn([80, 80, 80, 80].map(sentence).join(' '));
  const second = paragraphsOf(long)[1]?.[0];
  const words = runningWords([{ ...long, end_ms: 60_000 }], second?.start_ms ?? 0);
  expect(words?.said).toBe(second?.text.trim());
});
