/** The page clock (docs/formats/recording.md section 2) and the rates of a live session. */

/** Frames per second of the one AudioContext. */
export const kContextRate = 48_000;
/** Samples per second of `/mic/pcm`. */
export const kMicRate = 16_000;
/** Samples per second of `/model/pcm`; one sample is two context frames. */
export const kModelRate = 24_000;

type Performance = { readonly timeOrigin: number; now(): number };

/**
 * Integer microseconds since the Unix epoch. Window and Worker differ in both parts, never in the
 * sum.
 */
export const pageMicros = (performance: Performance = globalThis.performance): number =>
  Math.round((performance.timeOrigin + performance.now()) * 1000);

/** A `performance.now()` reading of this thread as page micros. */
export const toPageMicros = (
  now: number,
  performance: Performance = globalThis.performance,
): number => Math.round((performance.timeOrigin + now) * 1000);
