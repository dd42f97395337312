/** Rows of `/wire/tx` and `/wire/rx` (docs/formats/recording.md 3.2), with media and secrets replaced. Pure. */
import type { JsonEntry } from '../protocol';
import { type MediaReference, redactWire } from './wire-redaction';

export type WireFrame = {
  readonly text: string;
  readonly binary: boolean;
  readonly bytes: number;
  readonly media: readonly MediaReference[];
  /** The sound of the frame. Only the model's sound has an `item`. */
  readonly audio: {
    readonly firstSample: number;
    readonly sampleCount: number;
    readonly item?: number;
  } | null;
  /** True: it repeats a typed text that an earlier socket left unanswered. */
  readonly again?: true;
};

export const micReference = (firstSample: number, sampleCount: number): string =>
  `ref:/mic/pcm#${firstSample}+${sampleCount}`;
export const modelReference = (firstSample: number, sampleCount: number): string =>
  `ref:/model/pcm#${firstSample}+${sampleCount}`;
export const pictureReference = (frame: number): string => `ref:/frames/jpeg#${frame}`;

/** Tokens and handles of this socket and of the one before, which may still send something. */
const kSecretsMax = 4;

export class WireLog {
  #secrets: readonly string[] = [];
  #socket = -1;
  #tx = 0;
  #rx = 0;

  get socket(): number {
    return this.#socket;
  }

  /** `secrets`: the socket's token, and the handle from which it resumes. */
  nextSocket(secrets: readonly string[]): void {
    this.#secrets = [...secrets, ...this.#secrets].slice(0, kSecretsMax);
    this.#socket++;
    this.#tx = 0;
    this.#rx = 0;
  }

  /** Removes secrets from a text that goes into another row. */
  redact(text: string): string {
    return redactWire(text, [], this.#secrets);
  }

  entry(topic: '/wire/tx' | '/wire/rx', frame: WireFrame, logTimeUs: number): JsonEntry {
    const { audio } = frame;
    return {
      topic,
      logTimeUs,
      data: {
        socket: this.#socket,
        index: topic === '/wire/tx' ? this.#tx++ : this.#rx++,
        binary: frame.binary,
        bytes: frame.bytes,
        text: redactWire(frame.text, frame.media, this.#secrets),
        ...(frame.again && { again: true }),
        ...(audio && {
          audio: {
            first_sample: audio.firstSample,
            sample_count: audio.sampleCount,
            ...(audio.item !== undefined && { item: audio.item }),
          },
        }),
      },
    };
  }
}
