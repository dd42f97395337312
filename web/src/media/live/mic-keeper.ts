/**
 * Microphone blocks that wait to be sent, while a socket connects and between two sockets. Sent blocks are kept for a
 * while, too, so that an unanswered question can be sent again. Pure.
 */
import { kMicRate } from '../clock';

/**
 * How much is kept; older blocks are dropped. A question of 30 s is long, and a model that gets it even later would
 * answer at the wrong moment. 30 s are 1 MB.
 */
export const kKeptSeconds = 30;
const kKeptSamples = kKeptSeconds * kMicRate;

export type KeptBlock = {
  readonly firstSample: number;
  readonly count: number;
  /** s16le. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Sent on an earlier socket at least. */
  sent: boolean;
};

export class MicKeeper {
  readonly #blocks: KeptBlock[] = [];
  #samples = 0;
  /** Index of the next block to send. */
  #next = 0;

  /** The number of blocks that wait. */
  get waiting(): number {
    return this.#blocks.length - this.#next;
  }

  get waitingSamples(): number {
    return this.#blocks.slice(this.#next).reduce((sum, { count }) => sum + count, 0);
  }

  /** Adds a block and copies its sound. Returns the blocks that were dropped without having been sent. */
  add(firstSample: number, data: Uint8Array): KeptBlock[] {
    const count = data.length >> 1;
    this.#blocks.push({ firstSample, count, data: data.slice(), sent: false });
    this.#samples += count;
    const lost: KeptBlock[] = [];
    while (this.#samples > kKeptSamples) {
      const oldest = this.#blocks.shift();
      if (!oldest) break;
      this.#samples -= oldest.count;
      this.#next = Math.max(0, this.#next - 1);
      if (!oldest.sent) lost.push(oldest);
    }
    return lost;
  }

  /** The next block to send; null when none waits. */
  peek(): KeptBlock | null {
    return this.#blocks[this.#next] ?? null;
  }

  /** Notes that the block of `peek` was sent. */
  sent(): void {
    const block = this.#blocks[this.#next];
    if (!block) return;
    block.sent = true;
    this.#next++;
  }

  /** Notes that the block of `peek` will not be sent. */
  skip(): void {
    if (this.#next < this.#blocks.length) this.#next++;
  }

  /**
   * Makes everything from this sample on wait again, for the next socket. Does nothing when the sample is not kept any
   * more, since half a question is of no use.
   */
  rewind(firstSample: number): void {
    const index = this.#blocks.findIndex((block) => block.firstSample + block.count > firstSample);
    const found = this.#blocks[index];
    if (found && found.firstSample <= firstSample) this.#next = Math.min(this.#next, index);
  }

  /** The waiting blocks that were never sent. */
  unsent(): KeptBlock[] {
    return this.#blocks.slice(this.#next).filter((block) => !block.sent);
  }
}
