/**
 * Frames that the camera delivered and that no reader got: a busy reader's stream drops the oldest ones without a word
 * (measured 2026-11-24: `MediaStreamTrack.stats.deliveredFrames` counts them all the same). Pure.
 */

/** A delivered frame that was not read within this time will never be. */
const kSettleUs = 500_000;

export type ReadCount = {
  /** Page clock, µs: when the reader counted. */
  readonly atUs: number;
  /** Frames read so far, of the camera that is watched now. */
  readonly read: number;
};

export class UnreadFrames {
  #delivered: { readonly atUs: number; readonly count: number }[] = [];
  #deficitBefore = 0;
  #told = 0;

  /** The camera says how many frames it has delivered since its reader was made. */
  delivered(count: number, atUs: number): void {
    this.#delivered.push({ atUs, count });
  }

  /**
   * How many frames turned out to be lost since the last call. A frame counts when two reports in a row miss it, since
   * a reader that was held up still finds the newest frames in its queue.
   */
  newlyLost({ atUs, read }: ReadCount): number {
    const settled = this.#delivered.findLastIndex((sample) => sample.atUs <= atUs - kSettleUs);
    if (settled < 0) return 0;
    this.#delivered.splice(0, settled);
    const deficit = (this.#delivered[0]?.count ?? 0) - read;
    const lost = Math.min(deficit, this.#deficitBefore);
    this.#deficitBefore = deficit;
    const news = Math.max(0, lost - this.#told);
    this.#told += news;
    return news;
  }
}
