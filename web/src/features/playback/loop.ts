/** A part of the recording that is repeated. `toMs` null: its end is not chosen yet. */
export type Loop = { readonly fromMs: number; readonly toMs: number | null };

/** A shorter loop would only sound like a buzz. */
export const kLoopMsMin = 200;

/** The loop between two moments in any order; null when they are too close. */
export function loopOf(oneMs: number, otherMs: number): Loop | null {
  const fromMs = Math.min(oneMs, otherMs);
  const toMs = Math.max(oneMs, otherMs);
  return toMs - fromMs < kLoopMsMin ? null : { fromMs, toMs };
}

/** What the key `a` does at `nowMs`: sets the start, sets the end, ends the loop. */
export function nextLoop(loop: Loop | null, nowMs: number): Loop | null {
  if (loop === null) return { fromMs: nowMs, toMs: null };
  return loop.toMs === null ? loopOf(loop.fromMs, nowMs) : null;
}
