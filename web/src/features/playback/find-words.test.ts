import { expect, test } from 'vitest';
import { findWords, hitFrom } from './find-words';
import type { Turn } from './turns';

const turn = (start: number, text: string, heard = true): Turn => ({
  index: 0,
  speaker: 'model',
  start_ms: start,
  end_ms: start + 5000,
  text,
  words: (text.match(/\s*\S+/g) ?? []).map((word, at) => ({
    text: word,
    start_ms: start + at * 100,
    end_ms: start + at * 100 + 90,
    heard,
  })),
  interrupted: false,
  written: false,
  interrupted_at_ms: null,
  ghost_ms: 0,
  gap_before_ms: null,
  overlap_ms: 0,
});
const talk = [turn(0, 'Tell me of the cat'), turn(5000, 'A cat, a Cat and a caterpillar.')];

test.each([
  ['cat', [445, 5145, 5345, 5645]],
  ['the cat', [345]],
  [' CAT, a ', [5145]],
  ['dog', []],
  ['  ', []],
])('"%s" is found at %j', (query, hits) => {
  expect(findWords(talk, query)).toEqual(hits);
});

test.each([
  ['find', 145],
  ['office', 245],
  ['cafe', 345],
  ["don't", 445],
  ['ABC', 545],
  ['h2o', 645],
])('"%s" is found in letters of another form', (query, hit) => {
  const said = 'İ \uFB01nd o\uFB03ce. Café don’t ＡＢＣ H₂O';
  expect(findWords([turn(0, said)], query)).toEqual([hit]);
});

test('words that were never heard are not found', () => {
  expect(findWords([turn(0, 'a ghost', false)], 'ghost')).toEqual([]);
});

test.each([
  [0, 1, 0],
  [400, 1, 1],
  [5600, 1, 0],
  [5300, -1, 1],
  [100, -1, 3],
] as const)('from %d ms, step %d, one goes to hit %d', (ms, step, hit) => {
  expect(hitFrom([400, 5100, 5300, 5600], ms, step)).toBe(hit);
});
