/**
 * The two FIR filters of the worklets, with the taps of `api/fir/taps.json`. They sum IEEE doubles in the order k = 0,
 * 1, …, so that C++ (without contraction) gets the same numbers. Pure; allocate nothing after construction.
 */
import taps from '../../../../api/fir/taps.json';

/** The delay of `mic_down_3` in frames: sample i of `/mic/pcm` is centred at frame 3i − 47. */
export const kMicDelayFrames = taps.mic_down_3.delay_frames;

/** 48 kHz to 16 kHz: `y[i] = Σ_k h[k]·x[3i − k]`, x = 0 before the first input. */
export class DownsamplerBy3 {
  readonly #taps = Float64Array.from(taps.mic_down_3.taps);
  readonly #history = this.#taps.length - 1;
  readonly #x: Float64Array;
  /** How many inputs to skip before the next one that completes an output. */
  #skip = 0;

  /** `inputMax` is the largest number of inputs in one call. */
  constructor(inputMax: number) {
    this.#x = new Float64Array(this.#history + inputMax);
  }

  /** Writes the outputs that `input` completes to `output`; returns how many they are. */
  process(input: Float32Array, output: Float64Array): number {
    const x = this.#x;
    const h = this.#taps;
    x.set(input, this.#history);
    let count = 0;
    let at = this.#skip;
    for (; at < input.length; at += 3) {
      let sum = 0;
      for (let k = 0; k < h.length; k++) sum += (h[k] ?? 0) * (x[this.#history + at - k] ?? 0);
      output[count++] = sum;
    }
    this.#skip = at - input.length;
    x.copyWithin(0, input.length, input.length + this.#history);
    return count;
  }
}

/**
 * 24 kHz to 48 kHz, polyphase: `y[2n + p] = Σ_k h[2k + p]·r[n − k]`, r = 0 before the first input.
 */
export class UpsamplerBy2 {
  readonly #taps = Float64Array.from(taps.model_up_2.taps);
  readonly #history = (this.#taps.length - 1) >> 1;
  readonly #r: Float64Array;
  /** How many zeros came last. When the whole history is 0, the output is exactly 0. */
  #zeros: number;

  constructor(inputMax: number) {
    this.#r = new Float64Array(this.#history + inputMax);
    this.#zeros = this.#history;
  }

  /** `output` must have twice the length of `input`. */
  process(input: Float64Array, output: Float32Array): void {
    const silent = input.every((sample) => sample === 0);
    if (silent && this.#zeros >= this.#history) {
      output.fill(0);
      return;
    }
    this.#zeros = silent ? this.#zeros + input.length : 0;
    const r = this.#r;
    r.set(input, this.#history);
    for (let n = 0; n < input.length; n++) {
      output[2 * n] = this.#phase(0, this.#history + n);
      output[2 * n + 1] = this.#phase(1, this.#history + n);
    }
    r.copyWithin(0, input.length, input.length + this.#history);
  }

  #phase(phase: 0 | 1, newest: number): number {
    const h = this.#taps;
    let sum = 0;
    for (let tap = phase, at = newest; tap < h.length; tap += 2, at--) {
      sum += (h[tap] ?? 0) * (this.#r[at] ?? 0);
    }
    return sum;
  }
}
