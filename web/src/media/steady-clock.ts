/**
 * A clock that never goes back. `performance.now()` promises that, and waits rely on it. If a clock breaks the promise
 * (it is set while the page runs), every wait would take as much longer as the clock went back, and a chunk would not
 * be sealed for hours.
 */
export class SteadyClock {
  readonly #now: () => number;
  #last: number;
  #lostMs = 0;

  /** `now`: milliseconds of any origin. */
  constructor(now: () => number) {
    this.#now = now;
    this.#last = now();
  }

  /**
   * Milliseconds. After a reading that went back, the clock continues from its last value; a reading that jumped ahead
   * is accepted.
   */
  now(): number {
    const reading = this.#now();
    if (reading < this.#last) this.#lostMs += this.#last - reading;
    this.#last = reading;
    return this.at(reading);
  }

  /** The same for a reading of the same clock that another function has just taken. */
  at(reading: number): number {
    return reading + this.#lostMs;
  }

  /** The reading at which this clock shows `ms`. */
  readingAt(ms: number): number {
    return ms - this.#lostMs;
  }
}
