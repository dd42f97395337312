/**
 * Text as people read it: letters are grapheme clusters (UAX #29); words end at white space or, in scripts without
 * spaces, where a dictionary says so. server/base/text.cpp follows the same rules; both are tested on
 * tests/fixtures/text.json. Pure.
 */

/**
 * Made when it is first needed: classes of characters and breakers take milliseconds to make, and the first screen
 * needs none.
 */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Scripts whose words are not told apart by spaces. The same list stands in server/base/text.cpp. */
const kWithoutSpaces = once(
  () =>
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Tai_Le}\p{Script=New_Tai_Lue}\p{Script=Tai_Tham}\p{Script=Tai_Viet}]/u,
);
/** A sign that stacks the next consonant below the one before (Unicode 16, GB9c): no letter ends here. */
const kStacker = /[\u1039\u17D2\u1A60\u1B44\u1BAB\uA9C0\uAAF6]$/u;
const kStartsWithLetter = once(() => /^\p{L}/u);
const kWordlike = once(() => /[\p{L}\p{N}]/u);
const kOpens = once(() => /^[\p{Ps}\p{Pi}]/u);
const kCloses = once(() => /^[\p{Pe}\p{Pf}\p{Terminal_Punctuation}…%]/u);
/** The wide punctuation of Chinese and Japanese includes its own space. */
const kEndsWide = /[\u3001-\u303F\uFF01-\uFF65]$/u;
const kSentenceEnd = once(() => /(\p{Sentence_Terminal})[\p{Pe}\p{Pf}"']*$/u);
const kSentenceStart = once(() => /^[\p{Ps}\p{Pi}"']*(\p{L})/u);
const kRuns = once(() => /(\p{White_Space}*)(\P{White_Space}+)/gu);
const kStartsWithSpace = once(() => /^\p{White_Space}/u);
const kSpaceAtStart = once(() => /^\p{White_Space}+/u);
const kSpaceAtEnd = once(() => /\p{White_Space}$/u);
const kVisible = once(
  () => /[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u2800]/u,
);
const kLoneHalf = once(() => /\p{Cs}/gu);
const kHalfAtEnd = /[\uD800-\uDBFF]$/;

/**
 * Text in which each character is a letter: the usual characters of the alphabets of Europe, of Hebrew, Arabic, Chinese,
 * Japanese and Korean, without marks that join. It needs no breaker, and the first one takes the page 90 ms to make
 * (measured 2026-11-30), in the middle of a talk.
 */
const kPlain =
  /^[\x20-\x7E\xA0-\u02FF\u0370-\u0482\u048A-\u058F\u05D0-\u05F4\u0620-\u064A\u0660-\u066F\u0671-\u06D5\u1E00-\u1FFF\u2010-\u2027\u2030-\u205E\u20A0-\u20C0\u2100-\u218B\u3001-\u3029\u3041-\u3096\u309B-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uFF01-\uFF9D]*$/;
/** Before Thai, and from Latin to the Han radicals, all scripts have spaces. */
const kSpaced = /^[\0-\u0DFF\u1E00-\u2E7F]*$/;

const letterBreaks = once(() => new Intl.Segmenter('und', { granularity: 'grapheme' }));
const wordBreaks = once(() => new Intl.Segmenter('und', { granularity: 'word' }));

/** The letters; white space counts as a letter, too. */
export const lettersOf = (text: string): string[] => {
  if (kPlain.test(text)) return text.split('');
  const letters: string[] = [];
  for (const { segment } of letterBreaks().segment(text)) {
    const before = letters.at(-1);
    if (before && kStacker.test(before) && kStartsWithLetter().test(segment)) {
      letters[letters.length - 1] = before + segment;
    } else letters.push(segment);
  }
  return letters;
};

export const isWhiteSpace = (text: string): boolean => !/\P{White_Space}/u.test(text);

/** Cuts a run without white space where words of scripts without spaces begin. */
const wordsOfRun = (run: string): string[] => {
  if (kSpaced.test(run) || !kWithoutSpaces().test(run)) return [run];
  const words: string[] = [''];
  let hasWord = false;
  let withoutSpaces = false;
  for (const { segment } of wordBreaks().segment(run)) {
    const wordlike = kWordlike().test(segment);
    const alone = wordlike && kWithoutSpaces().test(segment);
    if (hasWord && (kOpens().test(segment) || (wordlike && (alone || withoutSpaces)))) {
      words.push('');
      hasWord = false;
    }
    if (wordlike) {
      hasWord = true;
      withoutSpaces = alone;
    }
    words[words.length - 1] += segment;
  }
  return words;
};

/** Words, each with the white space before it. White space at the end belongs to no word. */
export const wordsOf = (text: string): string[] =>
  [...text.matchAll(kRuns())].flatMap(([, space = '', run = '']) =>
    wordsOfRun(run).map((word, index) => (index === 0 ? space + word : word)),
  );

/**
 * At most the first `lettersMax` letters, with `…` when there are more. Cuts between words if at least one word fits,
 * otherwise between letters.
 */
export const cutText = (text: string, lettersMax: number): string => {
  const letters = lettersOf(text);
  if (letters.length <= lettersMax) return text;
  let kept = '';
  let count = 0;
  for (const word of wordsOf(text)) {
    count += lettersOf(word).length;
    if (count > lettersMax) break;
    kept += word;
  }
  return `${kept || letters.slice(0, lettersMax).join('')}…`;
};

/**
 * True when a person would see something: not only white space, marks without a letter, control and format characters,
 * and characters that are invisible by default.
 */
export const isVisible = (text: string): boolean => kVisible().test(text);

/**
 * Replaces halves of characters without their other half by U+FFFD. A half at the end is kept, since its other half may
 * follow.
 */
export const wellFormed = (text: string): string =>
  text.replace(kHalfAtEnd, '').replace(kLoneHalf(), '\uFFFD');

/** True when the last sign of `text`, quotes and brackets left out, ends a sentence. */
export const endsSentence = (text: string): boolean => kSentenceEnd().test(text);

const sentenceBegins = (before: string, next: string): boolean => {
  const end = kSentenceEnd().exec(before)?.[1];
  const start = kSentenceStart().exec(next)?.[1];
  if (end === undefined || start === undefined) return false;
  return end !== '.' || !/\p{Ll}/u.test(start); // "reprise." "example"
};

/** Longer than any real letter; bounds the cost of a join when many texts are joined. */
const kNearUnits = 128;

/** Whether the end of `before` is also the end of a letter. */
const isLetterBorder = (before: string, next: string): boolean => {
  const near = before.slice(-kNearUnits);
  let end = 0;
  for (const letter of lettersOf(near + next.slice(0, kNearUnits))) {
    end += letter.length;
    if (end >= near.length) break;
  }
  return end === near.length;
};

/**
 * `before` continued by `next`. Puts a space between them where one is needed and none is there: between utterances
 * (pieces of one utterance have their own spaces), and after the end of a sentence. Never in the middle of a letter,
 * before closing punctuation, or after the wide punctuation of Chinese and Japanese, which includes its own space.
 */
export const joinText = (before: string, next: string, border: 'none' | 'utterance'): string => {
  if (isWhiteSpace(before)) return next.replace(kSpaceAtStart(), '');
  const spaced = kSpaceAtEnd().test(before);
  const rest = spaced ? next.replace(kSpaceAtStart(), '') : next;
  if (rest === '') return before;
  const needsSpace =
    !spaced &&
    !kStartsWithSpace().test(rest) &&
    !kCloses().test(rest) &&
    !kEndsWide.test(before) &&
    (border === 'utterance' || sentenceBegins(before, rest));
  return needsSpace && isLetterBorder(before, rest) ? `${before} ${rest}` : before + rest;
};

/** Encloses the text so that its direction does not change the text around it. */
export const isolated = (text: string): string => `\u2068${text}\u2069`;
