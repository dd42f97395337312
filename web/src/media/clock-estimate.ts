/**
 * The page clock as another thread knows it, from pairs of readings. Nothing is assumed of the two clocks: not that they
 * have one origin, not that they run alike, not that neither jumps. Pure.
 */

/** One exchange: asked and answered on this thread's clock, the page clock read between the two. */
export type ClockPair = {
  readonly askedMs: number;
  readonly pageUs: number;
  readonly answeredMs: number;
};

/** Pairs that are compared: a quarter of a minute. */
const kPairsMax = 16;
/** How fast a pair loses its worth, µs per ms: two and a half times the drift that we promise to follow (200 ppm). */
const kDriftMax = 500e-6 * 1000;
/** Browsers round their clocks to 100 µs. */
const kRoundingUs = 100;

type Reading = {
  readonly atMs: number;
  /** Page micros minus this thread's. */
  readonly offsetUs: number;
  /** The offset is not further off than this. */
  readonly errorUs: number;
};

export class ClockEstimate {
  #readings: Reading[] = [];
  #offsetUs = 0;

  /** A pair in the order of the answers. */
  add({ askedMs, pageUs, answeredMs }: ClockPair): void {
    const atMs = (askedMs + answeredMs) / 2;
    const errorUs = ((answeredMs - askedMs) / 2) * 1000 + kRoundingUs;
    const reading = { atMs, offsetUs: pageUs - atMs * 1000, errorUs };
    // One that contradicts what was known: a clock has jumped, and what was known is void.
    if (this.#readings.some((known) => contradict(known, reading))) this.#readings = [];
    this.#readings.push(reading);
    if (this.#readings.length > kPairsMax) this.#readings.shift();
    this.#offsetUs = this.#readings.reduce((best, other) =>
      errorAt(other, atMs) <= errorAt(best, atMs) ? other : best,
    ).offsetUs;
  }

  /** Page micros, integer, at a reading of this thread's clock. */
  micros(nowMs: number): number {
    return Math.round(nowMs * 1000 + this.#offsetUs);
  }
}

const errorAt = (reading: Reading, nowMs: number): number =>
  reading.errorUs + Math.abs(nowMs - reading.atMs) * kDriftMax;

const contradict = (known: Reading, news: Reading): boolean =>
  Math.abs(news.offsetUs - known.offsetUs) > errorAt(known, news.atMs) + news.errorUs;
