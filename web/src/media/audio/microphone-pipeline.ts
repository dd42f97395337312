/** Turns the microphone's own blocks into clock pairs and an envelope for `/clock`. Runs in the VideoWorker. */
import type { JournalEntry } from '../protocol';
import { type MicrophoneBatch, MicrophoneBatcher } from './microphone-batch';

export class MicrophonePipeline {
  readonly #pageMicros: () => number;
  readonly #keep: (entry: JournalEntry) => void;
  readonly #batcher = new MicrophoneBatcher();
  #reader: ReadableStreamDefaultReader<AudioData> | null = null;

  /** `pageMicros`: page clock, µs. */
  constructor(pageMicros: () => number, keep: (entry: JournalEntry) => void) {
    this.#pageMicros = pageMicros;
    this.#keep = keep;
  }

  /** Replaces the microphone. */
  start(blocks: ReadableStream<AudioData>): void {
    this.stop();
    const reader = blocks.getReader();
    this.#reader = reader;
    void this.#readFrom(reader);
  }

  /** Passes on the unfinished batch. */
  stop(): void {
    void this.#reader?.cancel().catch(() => {});
    this.#reader = null;
    this.#write(this.#batcher.take());
  }

  async #readFrom(reader: ReadableStreamDefaultReader<AudioData>): Promise<void> {
    try {
      for (;;) {
        const { done, value: block } = await reader.read();
        if (done) return;
        try {
          if (reader === this.#reader) this.#take(block);
        } finally {
          block.close();
        }
      }
    } catch {
      // The track ended or the stream was cancelled. The main thread knows it and shows it.
    }
  }

  #take(block: AudioData): void {
    const pageUs = this.#pageMicros();
    const channels = Array.from({ length: block.numberOfChannels }, (_, planeIndex) => {
      const plane = new Float32Array(block.numberOfFrames);
      block.copyTo(plane, { planeIndex, format: 'f32-planar' });
      return plane;
    });
    const { sampleRate, timestamp: deviceUs } = block;
    this.#write(this.#batcher.push({ sampleRate, deviceUs, pageUs, channels }));
  }

  #write(batch: MicrophoneBatch | null): void {
    if (!batch) return;
    const logTimeUs = this.#pageMicros();
    this.#keep({ topic: '/clock', logTimeUs, data: { kind: 'microphone', ...batch } });
  }
}
