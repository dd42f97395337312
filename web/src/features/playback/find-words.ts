import { foldedText } from './folded-text';
import { momentOf, paragraphsOf, textOf, wordAtLetter } from './paragraphs';
import type { Turn } from './turns';

/** More hits would not help, and each is a mark on the slider. */
export const kHitsMax = 500;

/** Where the words are said, in ms: the start of the word in which each hit begins. Pure. */
export function findWords(turns: readonly Turn[], query: string): number[] {
  const wanted = foldedText(query.trim()).text;
  const hits: number[] = [];
  if (wanted === '') return hits;
  for (const turn of turns) {
    for (const words of paragraphsOf(turn)) {
      const { text, placeOf } = foldedText(textOf(words).trimStart());
      for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
        if (hits.length >= kHitsMax) return hits;
        const word = wordAtLetter(words, placeOf(at));
        hits.push(word ? momentOf(word) : turn.start_ms);
      }
    }
  }
  return hits;
}

/** The number of the hit to go to: the next one after `ms`, or the one before it. Continues at the other end. */
export function hitFrom(hits: readonly number[], ms: number, step: 1 | -1): number {
  const found =
    step > 0 ? hits.findIndex((hit) => hit > ms + 1) : hits.findLastIndex((hit) => hit < ms - 1);
  if (found >= 0) return found;
  return step > 0 ? 0 : hits.length - 1;
}
