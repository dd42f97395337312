import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { placeWords } from './place-words';

type Placed = [text: string, start: number, end: number];
const fixture = new URL('../../../../tests/fixtures/text.json', import.meta.url);
const { place } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  place: { name: string; pieces: Placed[]; want: Placed[] }[];
};

it.each(place)('places words: $name', ({ pieces, want }) => {
  const placed = placeWords(pieces.map(([text, start, end]) => ({ text, start, end })));
  expect(placed.map(({ text, start, end }) => [text, start, end])).toEqual(want);
});
