import { endsSentence, lettersOf } from '../../media/text';
import { lastTurn, type Turn, wordAt } from './turns';

export type HeardWord = Turn['words'][number] & {
  /** Its index among all words of the turn. */
  readonly index: number;
};

/** A paragraph ends with the first sentence that ends after this many letters: two or three sentences. */
const kParagraphLetters = 150;
/** A shorter rest is no paragraph of its own; it belongs to the one before. */
const kLastLettersMin = 60;
const endsParagraph = (text: string) => endsSentence(text) || text.endsWith('…');

const letters = (words: readonly HeardWord[]) =>
  words.reduce((sum, { text }) => sum + lettersOf(text).length, 0);

/** The heard words of a turn, cut after whole sentences so that long answers can be read. */
export function paragraphsOf(turn: Turn): HeardWord[][] {
  const paragraphs: HeardWord[][] = [];
  let open: HeardWord[] = [];
  turn.words.forEach((word, index) => {
    if (!word.heard) return;
    open.push({ ...word, index });
    if (letters(open) < kParagraphLetters || !endsParagraph(word.text)) return;
    paragraphs.push(open);
    open = [];
  });
  const last = paragraphs.at(-1);
  if (last && letters(open) < kLastLettersMin) last.push(...open);
  else if (open.length > 0) paragraphs.push(open);
  return paragraphs;
}

export const textOf = (words: readonly HeardWord[]): string =>
  words.map(({ text }) => text).join('');

/** The picture shown may be up to a frame before the requested moment; with this offset it is still within the word. */
const kIntoWordMs = 80;

/** The moment to seek to so that a word is heard and marked. */
export const momentOf = ({ start_ms: start, end_ms: end }: HeardWord): number =>
  start + Math.min(kIntoWordMs, (end - start) / 2);

/** The word at the letter `offset` of a paragraph's text without its leading space. */
export function wordAtLetter(paragraph: readonly HeardWord[], offset: number): HeardWord | null {
  let end = -(/^\s*/.exec(textOf(paragraph))?.[0].length ?? 0);
  for (const word of paragraph) {
    end += word.text.length;
    if (offset < end) return word;
  }
  return paragraph.at(-1) ?? null;
}

export type RunningWords = {
  readonly speaker: Turn['speaker'];
  readonly said: string;
  readonly coming: string;
};

/**
 * The paragraph that is being heard at `ms`, or was heard last, divided at the current word; null before anybody spoke.
 */
export function runningWords(turns: readonly Turn[], ms: number): RunningWords | null {
  const index = lastTurn(turns, ms);
  const turn = index === null ? undefined : turns[index];
  if (!turn) return null;
  const at = wordAt(turn, ms);
  const paragraphs = paragraphsOf(turn);
  const words = paragraphs.find((one) => (one.at(-1)?.index ?? -1) >= at) ?? paragraphs.at(-1);
  if (!words) return null;
  return {
    speaker: turn.speaker,
    said: textOf(words.filter((word) => word.index <= at)).trimStart(),
    coming: textOf(words.filter((word) => word.index > at)),
  };
}
