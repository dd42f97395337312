/**
 * Turns pieces of `inputTranscription` into text, as the fold does (server/domain/recording/words/transcription.cpp);
 * both are tested on tests/fixtures/text.json. Pure.
 */
import { endsSentence, joinText, lettersOf, wordsOf } from '../text';

/**
 * The silence that ends an utterance by default in the API. Pieces that arrive this far apart belong to two utterances.
 */
export const kUtterancePauseMs = 800;
/** How long it takes to say an average letter. */
const kLetterMs = 60;
/** Repetitions of more pieces than this are not looked for. */
const kRepeatedPiecesMax = 32;
const kStartsWithSpace = /^\p{White_Space}/u;

export type SaidPiece = {
  /** When it arrived, on any steady clock. */
  readonly atMs: number;
  readonly text: string;
  /** The API says that the utterance ends here. */
  readonly finished: boolean;
};

const beginsAnew = (before: SaidPiece, next: SaidPiece): boolean =>
  before.finished || next.atMs - before.atMs >= kUtterancePauseMs;

/** The text of pieces that were said one after another. It may end with half a character. */
export const saidText = (pieces: readonly SaidPiece[]): string => {
  let text = '';
  let before: SaidPiece | undefined;
  for (const piece of pieces) {
    text = joinText(text, piece.text, before && beginsAnew(before, piece) ? 'utterance' : 'none');
    before = piece;
  }
  return text;
};

/** False for one word in the middle of a sentence, since people do say such a word twice (" no" " no"). */
const isWhole = (text: string, spaced: boolean): boolean =>
  wordsOf(text).length >= 2 || endsSentence(text) || (!spaced && lettersOf(text).length >= 2);

/** `again` says word for word what `first` said, sooner than a person could say it again. */
const repeats = (first: readonly SaidPiece[], again: readonly SaidPiece[]): boolean => {
  if (first.some(({ text }, at) => text !== again[at]?.text)) return false;
  const text = saidText(first);
  const soonestMs = kUtterancePauseMs + lettersOf(text).length * kLetterMs;
  const [a, b] = [first[0], again[0]];
  return a !== undefined && b !== undefined
    ? isWhole(text, kStartsWithSpace.test(b.text)) && b.atMs - a.atMs < soonestMs
    : false;
};

/**
 * How many of the newest pieces of an exchange only repeat the pieces before them. The API may transcribe an utterance
 * twice (google-gemini/gemini-live-api-examples #48); the repetition comes sooner than a person could say it again.
 */
export const repeatedAtEnd = (pieces: readonly SaidPiece[]): number => {
  for (let count = 1; count <= Math.min(kRepeatedPiecesMax, pieces.length / 2); count++) {
    const start = pieces.length - 2 * count;
    const [before, begin] = [pieces[start - 1], pieces[start]];
    const opens = !before || (begin !== undefined && beginsAnew(before, begin));
    if (opens && repeats(pieces.slice(start, start + count), pieces.slice(-count))) return count;
  }
  return 0;
};
