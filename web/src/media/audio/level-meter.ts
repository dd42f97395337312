/** Levels for drawing: peak and mean of each twentieth of a second of context frames. Pure. */
import { kContextRate } from '../clock';

export const kBarsPerSecond = 20;
/** Context frames of one bar. */
export const kBarFrames = kContextRate / kBarsPerSecond;

/** Height of a bar, 0..1 (the measure of the seam: 0.45 peak + 0.75 mean). */
export const barHeight = (peak: number, mean: number): number =>
  Math.min(1, 0.45 * peak + 0.75 * mean);

export class LevelMeter {
  #peak = 0;
  #sum = 0;

  /**
   * Adds `samples` (−1..1) that begin at `contextFrame`. `emit` gets each finished bar: its number, and peak and mean
   * of |sample|.
   */
  add(
    samples: Float32Array,
    contextFrame: number,
    emit: (bar: number, peak: number, mean: number) => void,
  ): void {
    for (let i = 0; i < samples.length; i++) {
      const size = Math.abs(samples[i] ?? 0);
      if (size > this.#peak) this.#peak = size;
      this.#sum += size;
      if ((contextFrame + i + 1) % kBarFrames === 0) {
        emit((contextFrame + i + 1) / kBarFrames - 1, this.#peak, this.#sum / kBarFrames);
        this.#peak = 0;
        this.#sum = 0;
      }
    }
  }
}
