/**
 * A clock that never goes back. `performance.now()` promises that, and waits are counted with it; where it does not keep
 * its promise (a clock that is set while the page runs), every wait would last as long as the clock went back, and a
 * chunk would not be sealed for hours.
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

  /** Milliseconds. A reading that went back goes on where the one before stood; one that went ahead is believed. */
  now(): number {
    const reading = this.#now();
    if (reading < this.#last) this.#lostMs += this.#last - reading;
    this.#last = reading;
    return this.at(reading);
  }

  /** A reading of the same clock that was taken by somebody else, just now. */
  at(reading: number): number {
    return reading + this.#lostMs;
  }

  /** The reading that shows this. */
  readingAt(ms: number): number {
    return ms - this.#lostMs;
  }
}
