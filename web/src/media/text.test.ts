import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cutText, isVisible, joinText, lettersOf, wellFormed, wordsOf } from './text';

type Named = { readonly name: string };
type Table = {
  readonly letters: readonly (Named & { text: string; want: string[] })[];
  readonly words: readonly (Named & { text: string; want: string[] })[];
  readonly join: readonly (Named & { pieces: string[]; borders: number[]; want: string })[];
  readonly cut: readonly (Named & { text: string; letters: number; want: string })[];
  readonly visible: readonly (Named & { text: string; want: boolean })[];
};
// Read here, because Vite's own parser refuses halves of characters.
const fixture = new URL('../../../tests/fixtures/text.json', import.meta.url);
const table = JSON.parse(readFileSync(fixture, 'utf8')) as Table;

describe('text, as the table of cases says', () => {
  it.each(table.letters)('letters: $name', ({ text, want }) => {
    expect(lettersOf(text)).toEqual(want);
  });
  it.each(table.words)('words: $name', ({ text, want }) => {
    expect(wordsOf(text)).toEqual(want);
  });
  it.each(table.join)('join: $name', ({ pieces, borders, want }) => {
    let joined = pieces[0] ?? '';
    joined = joinText('', joined, 'none');
    pieces.slice(1).forEach((piece, at) => {
      joined = joinText(joined, piece, borders[at] === 1 ? 'utterance' : 'none');
    });
    expect(joined).toBe(want);
  });
  it.each(table.cut)('cut: $name', ({ text, letters, want }) => {
    expect(cutText(text, letters)).toBe(want);
  });
  it.each(table.visible)('visible: $name', ({ text, want }) => {
    expect(isVisible(text)).toBe(want);
  });
});

describe('halves of characters', () => {
  it('wait at the end and are replaced elsewhere', () => {
    expect(wellFormed('a\ud83d')).toBe('a');
    expect(wellFormed('a\ud83db\ude00')).toBe('a\uFFFDb\uFFFD');
    expect(wellFormed('😀')).toBe('😀');
  });
});
