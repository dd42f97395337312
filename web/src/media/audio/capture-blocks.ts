/** Turns the quanta of the microphone into the 20 ms blocks of `/mic/pcm`. Pure; the capture worklet wraps it. */
import { kQuantumFrames } from './frame-counter';
import { DownsamplerBy3 } from './resampler';

/** Samples of one block: 20 ms at 16 kHz. */
export const kBlockSamples = 320;

/** Nearest 16-bit value of a sample (1.0 is 32768), clipped. */
export const toPcm16 = (sample: number): number =>
  Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));

/** `contextFrame` is where the three input frames of the first sample begin. */
export type CaptureBlock = {
  readonly firstSample: number;
  readonly contextFrame: number;
  readonly pcm: Int16Array<ArrayBuffer>;
};

export class CaptureBlocks {
  readonly #emit: (block: CaptureBlock) => void;
  readonly #down = new DownsamplerBy3(kQuantumFrames);
  readonly #out = new Float64Array(kQuantumFrames);
  readonly #silence = new Float32Array(kQuantumFrames);
  #pcm = new Int16Array(kBlockSamples);
  #filled = 0;
  #firstSample = 0;
  #nextFrame = 0;

  constructor(emit: (block: CaptureBlock) => void) {
    this.#emit = emit;
  }

  /**
   * Takes one quantum at `contextFrame`. `input` null: muted or no microphone, so silence is recorded. Quanta for which
   * this processor was not called become silence, too, so that sample i always begins at frame 3i.
   */
  accept(input: Float32Array | null, contextFrame: number): void {
    while (this.#nextFrame < contextFrame) this.#quantum(this.#silence);
    this.#quantum(input ?? this.#silence);
  }

  /** Emits the rest of the last block. */
  flush(): void {
    if (this.#filled > 0) this.#block();
  }

  #quantum(input: Float32Array): void {
    const count = this.#down.process(input, this.#out);
    for (let i = 0; i < count; i++) {
      this.#pcm[this.#filled++] = toPcm16(this.#out[i] ?? 0);
      if (this.#filled === kBlockSamples) this.#block();
    }
    this.#nextFrame += kQuantumFrames;
  }

  #block(): void {
    const pcm = this.#filled === kBlockSamples ? this.#pcm : this.#pcm.slice(0, this.#filled);
    this.#emit({ firstSample: this.#firstSample, contextFrame: 3 * this.#firstSample, pcm });
    this.#firstSample += this.#filled;
    this.#pcm = new Int16Array(kBlockSamples);
    this.#filled = 0;
  }
}
