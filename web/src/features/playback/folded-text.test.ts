import { expect, test } from 'vitest';
import { foldedText } from './folded-text';

test.each([
  ['Plain WORDS, here', 'plain words, here'],
  ['\uFB01nd the o\uFB03ce', 'find the office'],
  ['ＡＢＣ１２', 'abc12'],
  ['H₂O, m²', 'h2o, m2'],
  ['Straße ΣΊΣΥΦΟΣ', 'strasse σισυφοσ'],
  ['café, cafe\u0301', 'cafe, cafe'],
  ["Don’t can't", 'dont cant'],
  ['two\n\n  lines\u00A0more', 'two lines more'],
  ['ĐỖ Ærø Łódź', 'do aero lodz'],
  ['ﾊﾝｶﾞ', 'ハンガ'],
  ['שָׁלוֹם', 'שלום'],
  ['कि', 'कि'],
  ['한국', '한국'],
  ['İstanbul', 'istanbul'],
  ['', ''],
])('"%s" is compared as "%s"', (text, folded) => {
  expect(foldedText(text).text).toBe(folded);
});

test('a place in the folded text leads to the letter that it came from', () => {
  const text = 'Don’t\n\no\uFB03ce İ H₂O';
  const { text: folded, placeOf } = foldedText(text);
  expect(folded).toBe('dont office i h2o');
  expect(placeOf(folded.indexOf('office'))).toBe(text.indexOf('o\uFB03ce'));
  expect(placeOf(folded.indexOf('fice'))).toBe(text.indexOf('\uFB03'));
  expect(placeOf(folded.indexOf('ce i'))).toBe(text.indexOf('ce'));
  expect(placeOf(folded.indexOf('2o'))).toBe(text.indexOf('₂'));
  expect(placeOf(folded.length)).toBe(text.length);
});
