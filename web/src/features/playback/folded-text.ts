/**
 * Text in the form in which words are compared, as the search of the server does (server/base/lookup_words.cpp): case,
 * width and form of letters and accents count for nothing, nor does an apostrophe or how much white space there is. Pure.
 */
export type FoldedText = {
  readonly text: string;
  /** Where the letter of `text` at `index` stands in the text that was folded. */
  readonly placeOf: (index: number) => number;
};

/** ASCII in which only the case changes. */
const kEven = /^(?!.*(?: {2}|'))[\x20-\x7E]*$/;
const kApostrophes = /['\u2019\u02BC\u05F3\u05F4]/g;

/** Made when they are first needed: classes of characters take milliseconds to make. */
const makeClasses = () => ({
  /** A letter with the marks on it (those of half-width Katakana, too), or a run of white space. */
  pieces: /\p{White_Space}+|\P{M}[\p{M}\uFF9E\uFF9F]*|\p{M}+/gu,
  space: /^\p{White_Space}/u,
  marks: /\p{Mn}/gu,
  /** In these scripts a mark is an accent, or writers often leave it out. Elsewhere it is a letter of its own. */
  dropsMarks:
    /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}]/u,
});
let classes: ReturnType<typeof makeClasses> | undefined;

/** Letters that people replace by others when they type, although Unicode does not decompose them. */
const kTypedAs: Readonly<Record<string, string>> = {
  æ: 'ae',
  ð: 'd',
  ø: 'o',
  þ: 'th',
  đ: 'd',
  ħ: 'h',
  ł: 'l',
  œ: 'oe',
  '\u0640': '',
  '\u0629': '\u0647',
  '\u0649': '\u064A',
  '\u06A9': '\u0643',
  '\u06CC': '\u064A',
  '\u06C0': '\u0647',
};

export function foldedText(text: string): FoldedText {
  if (kEven.test(text)) return { text: text.toLowerCase(), placeOf: (index) => index };
  classes ??= makeClasses();
  let folded = '';
  const places: number[] = [];
  for (const { 0: piece, index } of text.matchAll(classes.pieces)) {
    const letters = foldedPiece(piece, classes);
    folded += letters;
    for (let n = 0; n < letters.length; n++) places.push(index);
  }
  return { text: folded, placeOf: (index) => places[index] ?? text.length };
}

function foldedPiece(
  piece: string,
  { space, marks, dropsMarks }: ReturnType<typeof makeClasses>,
): string {
  if (space.test(piece)) return ' ';
  // By way of the capitals, since some small letters have the same one (ß, ς, ı).
  const apart = piece.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
  const bare = dropsMarks.test(apart) ? apart.replace(marks, '') : apart;
  const typed = [...bare.replace(kApostrophes, '')].map((letter) => kTypedAs[letter] ?? letter);
  return typed.join('').normalize('NFKC');
}
