/**
 * Microphone blocks that wait to be sent: while a socket connects, and between two sockets. What was
 * sent is kept for a while too, so that a question that was never answered can be sent again. Pure.
 */
import { kMicRate } from '../clock';

/**
 * So much is kept; what is older goes. 30 s of speech is a long question, and a model that hears of
 * it later than that would answer into something else. 1 MB.
 */
export const kKeptSeconds = 30;
const kKeptSamples = kKeptSeconds * kMicRate;

export type KeptBlock = {
  readonly firstSample: number;
  readonly count: number;
  /** s16le. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** On an earlier socket at least. */
  sent: boolean;
};

export class MicKeeper {
  readonly #blocks: KeptBlock[] = [];
  #samples = 0;
  /** Index of the next block to send. */
  #next = 0;

  /** Blocks that wait. */
  get waiting(): number {
    return this.#blocks.length - this.#next;
  }

  get waitingSamples(): number {
    return this.#blocks.slice(this.#next).reduce((sum, { count }) => sum + count, 0);
  }

  /** Copies the sound. Returns what had to go without ever having been sent. */
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

  /** The next block to send, null when none waits. */
  peek(): KeptBlock | null {
    return this.#blocks[this.#next] ?? null;
  }

  /** The block of `peek` was sent. */
  sent(): void {
    const block = this.#blocks[this.#next];
    if (!block) return;
    block.sent = true;
    this.#next++;
  }

  /** The block of `peek` will not be sent. */
  skip(): void {
    if (this.#next < this.#blocks.length) this.#next++;
  }

  /**
   * The next socket hears everything from this sample on again. Nothing when that sample is not kept
   * any more: half a question is none.
   */
  rewind(firstSample: number): void {
    const index = this.#blocks.findIndex((block) => block.firstSample + block.count > firstSample);
    const found = this.#blocks[index];
    if (found && found.firstSample <= firstSample) this.#next = Math.min(this.#next, index);
  }

  /** What waits and was never sent. */
  unsent(): KeptBlock[] {
    return this.#blocks.slice(this.#next).filter((block) => !block.sent);
  }
}
