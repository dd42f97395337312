/**
 * The page clock as another thread knows it, from pairs of readings. The two clocks may have different origins, run at
 * different rates, and jump. Pure.
 */

/** One exchange: the question and the answer on this thread's clock, and the page clock read in between. */
export type ClockPair = {
  readonly askedMs: number;
  readonly pageUs: number;
  readonly answeredMs: number;
};

/** Pairs that are compared: those of about the last 16 seconds. */
const kPairsMax = 16;
/**
 * How fast a pair becomes less certain, µs per ms: two and a half times the drift that we promise to follow (200 ppm).
 */
const kDriftMax = 500e-6 * 1000;
/** Browsers round their clocks to 100 µs. */
const kRoundingUs = 100;

type Reading = {
  readonly atMs: number;
  /** Page micros minus this thread's micros. */
  readonly offsetUs: number;
  /** The largest possible error of the offset. */
  readonly errorUs: number;
};

export class ClockEstimate {
  #readings: Reading[] = [];
  #offsetUs = 0;

  /** Adds a pair. Pairs come in the order of their answers. */
  add({ askedMs, pageUs, answeredMs }: ClockPair): void {
    const atMs = (askedMs + answeredMs) / 2;
    const errorUs = ((answeredMs - askedMs) / 2) * 1000 + kRoundingUs;
    const reading = { atMs, offsetUs: pageUs - atMs * 1000, errorUs };
    // When the new pair contradicts an older one, a clock has jumped, so the older pairs are worthless.
    if (this.#readings.some((known) => contradict(known, reading))) this.#readings = [];
    this.#readings.push(reading);
    if (this.#readings.length > kPairsMax) this.#readings.shift();
    this.#offsetUs = this.#readings.reduce((best, other) =>
      errorAt(other, atMs) <= errorAt(best, atMs) ? other : best,
    ).offsetUs;
  }

  /** Page micros (an integer) at a reading of this thread's clock. */
  micros(nowMs: number): number {
    return Math.round(nowMs * 1000 + this.#offsetUs);
  }
}

const errorAt = (reading: Reading, nowMs: number): number =>
  reading.errorUs + Math.abs(nowMs - reading.atMs) * kDriftMax;

const contradict = (known: Reading, news: Reading): boolean =>
  Math.abs(news.offsetUs - known.offsetUs) > errorAt(known, news.atMs) + news.errorUs;
