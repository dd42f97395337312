/** Finds stretches in which nobody is heard, so that the player can skip them. Pure. */

type Span = { readonly start_ms: number; readonly end_ms: number };
export type Silence = { readonly fromMs: number; readonly toMs: number };

/** Shorter pauses are part of how people talk and are not skipped. */
export const kSilenceMinMs = 1000;
/** How much of a silence is played after the last word, and before the next word, so that speech is not clipped. */
const kAfterMs = 200;
const kBeforeMs = 300;

/** The stretches to skip, in order. `turns` may overlap and may come in any order. */
export function silencesOf(turns: readonly Span[], lengthMs: number): Silence[] {
  const silences: Silence[] = [];
  const add = (fromMs: number, toMs: number, edges: { first: boolean; last: boolean }) => {
    if (toMs - fromMs <= kSilenceMinMs) return;
    silences.push({
      fromMs: edges.first ? fromMs : fromMs + kAfterMs,
      toMs: edges.last ? toMs : toMs - kBeforeMs,
    });
  };
  if (turns.length === 0) return silences; // nothing is known about the sound
  let heardUntil = 0;
  for (const turn of [...turns].sort((a, b) => a.start_ms - b.start_ms)) {
    add(heardUntil, Math.min(turn.start_ms, lengthMs), { first: heardUntil === 0, last: false });
    heardUntil = Math.max(heardUntil, turn.end_ms);
  }
  add(heardUntil, lengthMs, { first: false, last: true });
  return silences;
}

/** What is left of a silence is not skipped when it is shorter. A media element rounds the time to which it is sent. */
const kNearMs = 50;

/**
 * Where to continue from `ms`; null while somebody is heard. A `loop` is played to its end: skipping would leave it, and
 * it would begin again and be left again with each picture.
 */
export function afterSilence(
  silences: readonly Silence[],
  ms: number,
  loop: { readonly toMs: number | null } | null = null,
): number | null {
  const around = silences.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs - kNearMs);
  if (!around) return null;
  const leaves = loop?.toMs != null && ms < loop.toMs && around.toMs >= loop.toMs;
  return leaves ? null : around.toMs;
}

export const silentMs = (silences: readonly Silence[]): number =>
  silences.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
