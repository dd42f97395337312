import type { RecordingView } from '../../api/recordings';
import { wordsOf } from '../../media/text';
import type { SeamTurn } from '../../ui/seam-data';

export type Turn = RecordingView['turns'][number];

/** Within its first second, "previous" goes to the turn before. */
const kRestartMs = 1000;
const kMinPauseMs = 300;

/** The turn that is being heard at `ms`: the latest one that has begun and not ended, else none. */
export function currentTurn(turns: readonly Turn[], ms: number): number | null {
  let found: number | null = null;
  turns.forEach((turn, index) => {
    if (turn.start_ms <= ms && ms < turn.end_ms) found = index;
  });
  return found;
}

/** The turn to stay with while nobody speaks: the last one that has begun. */
export function lastTurn(turns: readonly Turn[], ms: number): number | null {
  let found: number | null = null;
  turns.forEach((turn, index) => {
    if (turn.start_ms <= ms) found = index;
  });
  return found;
}

/** Where `p` goes: the start of the current turn, within its first second the one before. */
export function previousTurnMs(turns: readonly Turn[], ms: number): number {
  const starts = turns.map((turn) => turn.start_ms).filter((start) => start < ms);
  const current = starts.at(-1);
  if (current === undefined) return 0;
  return ms - current > kRestartMs ? current : (starts.at(-2) ?? 0);
}

export const nextTurnMs = (turns: readonly Turn[], ms: number): number | null =>
  turns.find((turn) => turn.start_ms > ms + 1)?.start_ms ?? null;

const cuts = (turns: readonly Turn[]) =>
  turns.flatMap((turn) => (turn.interrupted_at_ms === null ? [] : [turn.interrupted_at_ms]));
/** A little before the cut, so that one hears it come. */
const kLeadMs = 2000;

export const nextCutMs = (turns: readonly Turn[], ms: number): number | null =>
  cuts(turns)
    .map((cut) => Math.max(0, cut - kLeadMs))
    .find((start) => start > ms + 1) ?? null;
export const previousCutMs = (turns: readonly Turn[], ms: number): number | null =>
  cuts(turns)
    .map((cut) => Math.max(0, cut - kLeadMs))
    .filter((start) => start < ms - kRestartMs)
    .at(-1) ?? null;

/** How much of the heard words has been said at `ms`: index of the word now, words before are said. */
export function wordAt(turn: Turn, ms: number): number {
  let index = -1;
  turn.words.forEach((word, at) => {
    if (word.heard && word.start_ms <= ms) index = at;
  });
  return index;
}

/** A value that changes with every word being heard. */
export function wordNow(turns: readonly Turn[], ms: number): string {
  const index = lastTurn(turns, ms);
  const turn = index === null ? undefined : turns[index];
  return turn ? `${index} ${wordAt(turn, ms)}` : '';
}

export const ghostWords = (turn: Turn) =>
  turn.words
    .filter((word) => !word.heard)
    .map((word) => word.text)
    .join('')
    .trim();
export const countWords = (text: string) => wordsOf(text).length;

/** Right of the name: the gap at the ear, or the talk-over. */
export function pauseWords(turn: Turn): string | null {
  if (turn.overlap_ms > kMinPauseMs) return `talked over ${(turn.overlap_ms / 1000).toFixed(1)} s`;
  const gap = turn.gap_before_ms;
  return gap !== null && gap >= 0 && turn.speaker === 'model'
    ? `after ${(gap / 1000).toFixed(1)} s`
    : null;
}

/** What the seam needs of the turns: the talk-over belongs to the turn that was cut. */
export const seamTurns = (turns: readonly Turn[]): SeamTurn[] =>
  turns.map((turn) => {
    const cutMs = turn.interrupted_at_ms;
    const over = turns.find(
      (other) =>
        cutMs !== null &&
        other.speaker !== turn.speaker &&
        other.start_ms < cutMs &&
        other.end_ms > cutMs - 50,
    );
    return {
      speaker: turn.speaker,
      startMs: turn.start_ms,
      endMs: turn.end_ms,
      cutMs,
      overlapFromMs: over?.start_ms ?? null,
    };
  });

/** What the caption on the picture shows: the heard words around `ms`, at most a line or two. */
export function captionAt(
  turns: readonly Turn[],
  ms: number,
): { speaker: Turn['speaker']; text: string } | null {
  const index = currentTurn(turns, ms);
  const turn = index === null ? undefined : turns[index];
  if (!turn) return null;
  const heard = turn.words.filter((word) => word.heard);
  const at = heard.filter((word) => word.start_ms <= ms).length - 1;
  if (at < 0) return null;
  const kWords = 14;
  const page = Math.floor(at / kWords) * kWords;
  const text = heard
    .slice(page, page + kWords)
    .map((word) => word.text)
    .join('')
    .trim();
  return text === '' ? null : { speaker: turn.speaker, text };
}
