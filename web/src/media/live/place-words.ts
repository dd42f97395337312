/**
 * Spreads the words of a transcription over the sound that they belong to, as the fold does
 * (server/domain/recording/words/words.cpp); both are tested on tests/fixtures/text.json. Pure.
 */
import { isWhiteSpace, joinText, lettersOf, wellFormed, wordsOf } from '../text';

/** Text whose sound lies at [start, end) on any one axis. */
export type TextPiece = { readonly text: string; readonly start: number; readonly end: number };
/** `text` with its own leading space. */
export type PlacedWord = { readonly text: string; readonly start: number; readonly end: number };

const kSpaceAtStart = /^\p{White_Space}+/u;

type Letter = { readonly end: number; readonly piece: number; readonly space: boolean };

/** The letters of the joined text, each with the piece in which it begins. */
const lettersIn = (text: string, ends: readonly number[]): Letter[] => {
  let start = 0;
  let piece = 0;
  return lettersOf(text).map((letter) => {
    while (piece + 1 < ends.length && start >= (ends[piece] ?? 0)) piece++;
    start += letter.length;
    return { end: start, piece, space: isWhiteSpace(letter) };
  });
};

/**
 * Joins the text of the pieces, which are in order and of one utterance, and cuts it into words. All letters of a piece
 * that are no white space get equal shares of its sound. A word may begin in one piece and end in the next.
 */
export const placeWords = (pieces: readonly TextPiece[]): PlacedWord[] => {
  let joined = '';
  const ends = pieces.map((piece) => {
    joined = joinText(joined, piece.text, 'none');
    return joined.length;
  });
  const text = wellFormed(joined);
  const letters = lettersIn(text, ends);
  const counts = pieces.map(() => 0);
  for (const { piece, space } of letters) if (!space) counts[piece] = (counts[piece] ?? 0) + 1;
  const passed = pieces.map(() => 0);
  let at = 0;
  let end = 0;
  return wordsOf(text).map((word, index) => {
    end += word.length;
    const places: { start: number; end: number }[] = [];
    for (; at < letters.length; at++) {
      const letter = letters[at];
      if (!letter || letter.end > end) break;
      const piece = pieces[letter.piece];
      if (letter.space || !piece) continue;
      const share = (piece.end - piece.start) / (counts[letter.piece] ?? 1);
      const start = piece.start + share * (passed[letter.piece] ?? 0);
      passed[letter.piece] = (passed[letter.piece] ?? 0) + 1;
      places.push({ start, end: start + share });
    }
    const bare = word.replace(kSpaceAtStart, '');
    const spaced = index > 0 && bare.length < word.length;
    return {
      text: spaced ? ` ${bare}` : bare,
      start: places[0]?.start ?? 0,
      end: places.at(-1)?.end ?? 0,
    };
  });
};
