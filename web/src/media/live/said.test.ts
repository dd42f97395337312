import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { repeatedAtEnd, type SaidPiece, saidText } from './said';

const fixture = new URL('../../../../tests/fixtures/text.json', import.meta.url);
const { said } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  said: {
    name: string;
    pieces: [atMs: number, text: string, finished?: boolean][];
    want: string;
  }[];
};

it.each(said)('what was said: $name', ({ pieces, want }) => {
  const kept: SaidPiece[] = [];
  for (const [atMs, text, finished = false] of pieces) {
    kept.push({ atMs, text, finished });
    kept.splice(kept.length - repeatedAtEnd(kept));
  }
  expect(saidText(kept)).toBe(want);
});
