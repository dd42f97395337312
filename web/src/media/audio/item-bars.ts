/** Heights of the bars of one model turn, 50 ms each, from its first sample on. Pure. */
import { kModelRate } from '../clock';
import { barHeight, kBarsPerSecond } from './level-meter';

/** Model samples of one bar. */
export const kBarSamples = kModelRate / kBarsPerSecond;

export class ItemBars {
  #peak = 0;
  #sum = 0;
  #count = 0;

  /** The bars that `pcm` completes. */
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

  /** The unfinished bar, if any; the next sample begins a new item. */
  end(): number[] {
    const bars = this.#count > 0 ? [barHeight(this.#peak, this.#sum / this.#count)] : [];
    this.#peak = 0;
    this.#sum = 0;
    this.#count = 0;
    return bars;
  }
}
