/** Batches of the microphone's own audio blocks for `/clock` `microphone` (docs/formats/recording.md 3.5). Pure. */

const kBatchMs = 250;
/** Far more blocks than a batch has: bounds a device that reports absurd blocks. */
const kBlocksPerBatchMax = 1000;

export type MicrophoneBlock = {
  readonly sampleRate: number;
  /** `AudioData.timestamp`, µs of the device. */
  readonly deviceUs: number;
  /** Page clock, µs, at arrival. */
  readonly pageUs: number;
  /** One array per channel, equally long, −1 … 1. */
  readonly channels: readonly Float32Array[];
};
export type MicrophoneBatch = {
  readonly sample_rate: number;
  readonly blocks: readonly (readonly [deviceUs: number, pageUs: number, frames: number])[];
  /** base64 of u8, one value per whole millisecond from the first frame: round(255·√rms). */
  readonly envelope: string;
};

const base64 = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes));

export class MicrophoneBatcher {
  #sampleRate = 0;
  #blocks: (readonly [number, number, number])[] = [];
  #envelope: number[] = [];
  #frames = 0;
  #squares = 0;
  #squareCount = 0;

  /** Adds a block. Returns the batch that is now full, or that another sample rate has ended; usually null. */
  push(block: MicrophoneBlock): MicrophoneBatch | null {
    const other = this.#blocks.length > 0 && block.sampleRate !== this.#sampleRate;
    const ended = other ? this.take() : null;
    this.#sampleRate = block.sampleRate;
    const frames = block.channels[0]?.length ?? 0;
    this.#blocks.push([block.deviceUs, block.pageUs, frames]);
    for (let frame = 0; frame < frames; frame += 1) this.#addFrame(block.channels, frame);
    const isFull = this.#frames * 1000 >= this.#sampleRate * kBatchMs;
    if (ended || !(isFull || this.#blocks.length >= kBlocksPerBatchMax)) return ended;
    return this.take();
  }

  /** Returns the unfinished batch; null when it is empty. */
  take(): MicrophoneBatch | null {
    if (this.#blocks.length === 0) return null;
    const batch = {
      sample_rate: this.#sampleRate,
      blocks: this.#blocks,
      envelope: base64(this.#envelope),
    };
    this.#blocks = [];
    this.#envelope = [];
    this.#frames = 0;
    this.#squares = 0;
    this.#squareCount = 0;
    return batch;
  }

  /** Millisecond m ends before frame (m + 1)·rate/1000, which is not a whole number at 44.1 kHz. */
  #addFrame(channels: readonly Float32Array[], frame: number): void {
    let sum = 0;
    for (const channel of channels) sum += channel[frame] ?? 0;
    const mono = sum / channels.length;
    this.#squares += mono * mono;
    this.#squareCount += 1;
    this.#frames += 1;
    if (this.#frames * 1000 < (this.#envelope.length + 1) * this.#sampleRate) return;
    const rms = Math.sqrt(this.#squares / this.#squareCount);
    this.#envelope.push(Math.min(255, Math.round(255 * Math.sqrt(rms))));
    this.#squares = 0;
    this.#squareCount = 0;
  }
}
