/**
 * Rows of `/wire/tx` and `/wire/rx` (docs/formats/recording.md 3.2), media and secrets replaced.
 * Pure.
 */
import type { JsonEntry } from '../protocol';
import { type MediaReference, redactWire } from './wire-redaction';

export type WireFrame = {
  readonly text: string;
  readonly binary: boolean;
  readonly bytes: number;
  readonly media: readonly MediaReference[];
  /** The sound in it. `item` only for the model's. */
  readonly audio: {
    readonly firstSample: number;
    readonly sampleCount: number;
    readonly item?: number;
  } | null;
};

export const micReference = (firstSample: number, sampleCount: number): string =>
  `ref:/mic/pcm#${firstSample}+${sampleCount}`;
export const modelReference = (firstSample: number, sampleCount: number): string =>
  `ref:/model/pcm#${firstSample}+${sampleCount}`;
export const pictureReference = (frame: number): string => `ref:/frames/jpeg#${frame}`;

/** Tokens and handles of this socket and the one before it, which may still say something. */
const kSecretsMax = 4;

export class WireLog {
  #secrets: readonly string[] = [];
  #socket = -1;
  #tx = 0;
  #rx = 0;

  get socket(): number {
    return this.#socket;
  }

  /** `secrets`: the token of the socket, and the handle that it resumes. */
  nextSocket(secrets: readonly string[]): void {
    this.#secrets = [...secrets, ...this.#secrets].slice(0, kSecretsMax);
    this.#socket++;
    this.#tx = 0;
    this.#rx = 0;
  }

  /** The text without its secrets, for a row that holds something else of the socket. */
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
