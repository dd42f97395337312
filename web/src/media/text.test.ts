import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

describe('text without a breaker', () => {
  /** The same module with a breaker that finds nothing. */
  const bare = async () => {
    vi.resetModules();
    const Segmenter = class {
      segment = () => [];
    };
    vi.stubGlobal('Intl', { Segmenter });
    return import('./text');
  };
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it('is most text: the first breaker stops the page for a moment', async () => {
    const { lettersOf, wordsOf } = await bare();
    const said =
      'Nobody, “not even” the cat – naïve café, żółw, Καλημέρα, Привет, שלום, مرحبا, 链条, 안녕';
    expect(lettersOf(said)).toHaveLength(said.length);
    expect(wordsOf('Tell me a long story.')).toHaveLength(5);
    expect(lettersOf('e\u0301')).toEqual([]);
  });

  it('has the letters that a breaker finds', async () => {
    const { lettersOf } = await bare();
    const signs = Array.from({ length: 0xffff }, (_, n) => String.fromCharCode(n));
    const plain = signs.filter((sign) => lettersOf(sign).length === 1);
    vi.unstubAllGlobals();
    expect(plain.length).toBeGreaterThan(40_000);
    const text = plain.map((sign) => `a${sign}字${sign}한${sign}${sign}`).join('');
    const breaker = new Intl.Segmenter('und', { granularity: 'grapheme' });
    const longer = [...breaker.segment(text)].filter(({ segment }) => segment.length > 1);
    expect(longer.map(({ segment }) => segment)).toEqual([]);
  });
});

describe('halves of characters', () => {
  it('wait at the end and are replaced elsewhere', () => {
    expect(wellFormed('a\ud83d')).toBe('a');
    expect(wellFormed('a\ud83db\ude00')).toBe('a\uFFFDb\uFFFD');
    expect(wellFormed('😀')).toBe('😀');
  });
});
