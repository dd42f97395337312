import type { RecordingView } from '../../api/recordings';
import { endsSentence, lettersOf, wordsOf } from '../../media/text';
import type { SeamTurn } from '../../ui/seam-data';

export type Turn = RecordingView['turns'][number];

/** Within this much of a turn's start, "previous" goes to the turn before. */
const kRestartMs = 1000;
const kMinPauseMs = 300;

/** The turn that is being heard at `ms`: the latest one that has begun and not ended; null when there is none. */
export function currentTurn(turns: readonly Turn[], ms: number): number | null {
  let found: number | null = null;
  turns.forEach((turn, index) => {
    if (turn.start_ms <= ms && ms < turn.end_ms) found = index;
  });
  return found;
}

/** The turn to show while nobody speaks: the last one that has begun. */
export function lastTurn(turns: readonly Turn[], ms: number): number | null {
  let found: number | null = null;
  turns.forEach((turn, index) => {
    if (turn.start_ms <= ms) found = index;
  });
  return found;
}

/** Where the key `p` goes: to the start of the current turn or, within its first second, of the one before. */
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
/** The seek goes a little before the cut, so that the listener hears it come. */
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

/** How much of the heard words has been said at `ms`: the index of the current word; words before it were said. */
export function wordAt(turn: Turn, ms: number): number {
  let index = -1;
  turn.words.forEach((word, at) => {
    if (word.heard && word.start_ms <= ms) index = at;
  });
  return index;
}

/** A value that changes with every word that is heard. */
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

/** The text to the right of the name: the pause before the turn, or the talk-over. */
export function pauseWords(turn: Turn): string | null {
  if (turn.overlap_ms > kMinPauseMs) return `talked over ${(turn.overlap_ms / 1000).toFixed(1)} s`;
  const gap = turn.gap_before_ms;
  return gap !== null && gap >= 0 && turn.speaker === 'model'
    ? `after ${(gap / 1000).toFixed(1)} s`
    : null;
}

/** The turns as the seam needs them. The talk-over belongs to the turn that was cut. */
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

/** A caption is one line on a desktop and two on a phone. A new one begins with a sentence or when the line is full. */
const kCaptionLetters = 56;

export type CaptionText = {
  readonly speaker: Turn['speaker'];
  readonly said: string;
  /** The rest of the line, which was not said yet. */
  readonly coming: string;
};

/** The text of the caption on the picture: the line that is being said at `ms`. */
export function captionAt(turns: readonly Turn[], ms: number): CaptionText | null {
  const index = currentTurn(turns, ms);
  const turn = index === null ? undefined : turns[index];
  if (!turn) return null;
  const heard = turn.words.filter((word) => word.heard);
  const at = heard.filter((word) => word.start_ms <= ms).length - 1;
  if (at < 0) return null;
  const line = linesOf(heard.map(({ text }) => text)).find(({ end }) => at < end);
  if (!line) return null;
  const textOf = (from: number, to: number) =>
    heard
      .slice(from, to)
      .map(({ text }) => text)
      .join('');
  const said = textOf(line.start, at + 1).trimStart();
  return said === '' ? null : { speaker: turn.speaker, said, coming: textOf(at + 1, line.end) };
}

/** Divides words into lines: one for each sentence, more where it is too long for one. */
function linesOf(words: readonly string[]): { start: number; end: number }[] {
  const lines: { start: number; end: number }[] = [];
  let start = 0;
  let letters = 0;
  words.forEach((word, index) => {
    const length = lettersOf(word).length;
    if (index > start && letters + length > kCaptionLetters) {
      lines.push({ start, end: index });
      start = index;
      letters = 0;
    }
    letters += length;
    if (!endsSentence(word) || letters < kCaptionLetters / 2) return;
    lines.push({ start, end: index + 1 });
    start = index + 1;
    letters = 0;
  });
  if (start < words.length) lines.push({ start, end: words.length });
  return lines;
}

/** Whether no words were understood: there was sound like speech, but no word of it. */
export const isWordless = (turns: readonly Turn[]): boolean =>
  turns.every(({ text, words }) => text.trim() === '' && words.length === 0);
