/** The bars of the seam: what the person said, what was heard of the model, and what waits to be heard. Pure. */

import type { SeamLevels } from '../live-session';
import type { LevelReport } from '../protocol';
import { kBarSamples } from './item-bars';
import { barHeight } from './level-meter';

/** One minute; more than is ever drawn. */
const kBarsKept = 1200;
const kInterruptionsKept = 50;

export class Levels {
  readonly #person = new Float32Array(kBarsKept);
  readonly #model = new Float32Array(kBarsKept);
  readonly #coming = new Map<number, number[]>();
  #newest = -1;
  #heard = { item: -1, samples: 0 };
  #interruptions: number[] = [];

  person({ bar, peak, mean }: LevelReport): void {
    this.#person[bar % kBarsKept] = barHeight(peak, mean);
    this.#newest = Math.max(this.#newest, bar);
    // Clears the bar of a minute ago, which would show until the model's own report of this bar comes.
    this.#model[(bar + 1) % kBarsKept] = 0;
  }

  model({ bar, peak, mean }: LevelReport): void {
    this.#model[bar % kBarsKept] = barHeight(peak, mean);
  }

  arrived(item: number, bars: readonly number[]): void {
    const known = this.#coming.get(item);
    if (known) known.push(...bars);
    else this.#coming.set(item, [...bars]);
  }

  /** How many samples of an item have arrived, rounded to bars. */
  arrivedSamples(item: number): number {
    return (this.#coming.get(item)?.length ?? 0) * kBarSamples;
  }

  heard(item: number, samples: number): void {
    this.#heard = { item, samples };
    for (const old of this.#coming.keys()) if (old < item) this.#coming.delete(old);
  }

  interrupted(): void {
    this.#coming.clear();
    this.#interruptions = [Math.max(0, this.#newest), ...this.#interruptions].slice(
      0,
      kInterruptionsKept,
    );
  }

  read(levels: SeamLevels): void {
    this.#copy(this.#person, levels.person);
    this.#copy(this.#model, levels.model);
    levels.comingCount = this.#copyComing(levels.coming);
    levels.newestBar = Math.max(0, this.#newest);
    levels.interruptions.length = 0;
    for (const bar of this.#interruptions) levels.interruptions.push(this.#newest - bar);
  }

  #copy(from: Float32Array, to: Float32Array): void {
    for (let i = 0; i < to.length; i++) {
      const bar = this.#newest - (to.length - 1 - i);
      to[i] = bar < 0 || to.length - i > kBarsKept ? 0 : (from[bar % kBarsKept] ?? 0);
    }
  }

  #copyComing(to: Float32Array): number {
    let count = 0;
    for (const [item, bars] of this.#coming) {
      const from = item === this.#heard.item ? Math.floor(this.#heard.samples / kBarSamples) : 0;
      for (let i = from; i < bars.length && count < to.length; i++) to[count++] = bars[i] ?? 0;
    }
    return count;
  }
}
