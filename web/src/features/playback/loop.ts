/** A part of the recording that is heard again and again; `toMs` null: its end is not chosen yet. */
export type Loop = { readonly fromMs: number; readonly toMs: number | null };

/** Shorter than this one hears only a buzz. */
export const kLoopMsMin = 200;

/** The loop between two moments in any order; null when they are too close. */
export function loopOf(oneMs: number, otherMs: number): Loop | null {
  const fromMs = Math.min(oneMs, otherMs);
  const toMs = Math.max(oneMs, otherMs);
  return toMs - fromMs < kLoopMsMin ? null : { fromMs, toMs };
}

/** What `a` does at `nowMs`: start, end, off. */
export function nextLoop(loop: Loop | null, nowMs: number): Loop | null {
  if (loop === null) return { fromMs: nowMs, toMs: null };
  return loop.toMs === null ? loopOf(loop.fromMs, nowMs) : null;
}
