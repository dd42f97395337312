/** Heights of the bars of one model turn, counted from its first sample; one bar is 50 ms. Pure. */
import { kModelRate } from '../clock';
import { barHeight, kBarsPerSecond } from './level-meter';

/** Model samples of one bar. */
export const kBarSamples = kModelRate / kBarsPerSecond;

export class ItemBars {
  #peak = 0;
  #sum = 0;
  #count = 0;

  /** Adds samples; returns the bars that they complete. */
  add(pcm: Int16Array): number[] {
    const bars: number[] = [];
    for (const sample of pcm) {
      const size = Math.abs(sample) / 32768;
      this.#peak = Math.max(this.#peak, size);
      this.#sum += size;
      if (++this.#count === kBarSamples) bars.push(...this.end());
    }
    return bars;
  }

  /** Returns the unfinished bar, if there is one. The next sample begins a new item. */
  end(): number[] {
    const bars = this.#count > 0 ? [barHeight(this.#peak, this.#sum / this.#count)] : [];
    this.#peak = 0;
    this.#sum = 0;
    this.#count = 0;
    return bars;
  }
}
