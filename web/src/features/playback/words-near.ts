import { currentTurn, type Turn } from './turns';

/** This many words fit under a thumbnail. */
const kWordsMax = 7;

export type WordsNear = { readonly speaker: Turn['speaker']; readonly words: string };

/** Who speaks at a time, and the heard words around it. Null while nobody speaks. Pure. */
export function wordsNear(turns: readonly Turn[], ms: number): WordsNear | null {
  const index = currentTurn(turns, ms);
  const turn = index === null ? undefined : turns[index];
  if (!turn) return null;
  const heard = turn.words.filter((word) => word.heard);
  const now = heard.findLastIndex((word) => word.start_ms <= ms);
  const from = Math.max(0, Math.min(now - 2, heard.length - kWordsMax));
  const part = heard.slice(from, from + kWordsMax);
  const words = part
    .map(({ text }) => text)
    .join('')
    .trim();
  const before = from > 0 && words ? '… ' : '';
  const after = from + kWordsMax < heard.length ? ' …' : '';
  return { speaker: turn.speaker, words: before + words + after };
}
