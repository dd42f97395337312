import { ArrivalPairs, type EncodingFrame } from './arrival-pairs';
import { vp9Config } from './vp9';

/** A broken encoder is replaced this often in a session. After that the camera is kept as JPEG only. */
const kRestartsMax = 3;

export type EncodedFrame = {
  readonly captured: EncodingFrame;
  readonly isKey: boolean;
  readonly data: Uint8Array<ArrayBuffer>;
};
export type CameraEncoderOptions = {
  /** Every output of the encoder, in order. */
  readonly onFrame: (frame: EncodedFrame) => void;
  /** Frames that went in and will not come out. */
  readonly onDropped: (count: number) => void;
  /** The next frame must come with `configure`. */
  readonly onRestart: () => void;
  readonly onFailed: (message: string) => void;
};

/** One WebCodecs VP9 encoder that survives its own errors. */
export class CameraEncoder {
  readonly #options: CameraEncoderOptions;
  readonly #pairs = new ArrivalPairs();
  #encoder: VideoEncoder | null = null;
  #restarts = 0;

  constructor(options: CameraEncoderOptions) {
    this.#options = options;
  }

  get queueSize(): number {
    return this.#encoder?.encodeQueueSize ?? 0;
  }
  get hasFailed(): boolean {
    return this.#restarts > kRestartsMax;
  }

  /** Does not take ownership of the frame: the caller closes it. */
  encode(
    frame: VideoFrame,
    captured: EncodingFrame,
    how: { readonly configure: boolean; readonly keyFrame: boolean },
  ): void {
    if (this.hasFailed) return;
    this.#pairs.push(captured);
    try {
      const encoder = this.#encoder ?? this.#create();
      this.#encoder = encoder;
      if (how.configure) encoder.configure(vp9Config(captured.width, captured.height));
      encoder.encode(frame, { keyFrame: how.keyFrame });
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Resolves when every frame has come out. Frames that the encoder does not return are reported as dropped. */
  async flush(): Promise<void> {
    const last = this.#pairs.last;
    try {
      if (this.#encoder?.state === 'configured') await this.#encoder.flush();
    } catch {
      // The encoder broke or was closed; its error callback has reported it.
    }
    // The next camera's frames may already be inside.
    const kept = last ? this.#pairs.dropThrough(last) : 0;
    if (kept > 0) this.#options.onDropped(kept);
  }

  close(): void {
    if (this.#encoder && this.#encoder.state !== 'closed') this.#encoder.close();
    this.#encoder = null;
  }

  #create(): VideoEncoder {
    const encoder = new VideoEncoder({
      output: (chunk) => this.#onOutput(chunk),
      error: (error) => {
        if (encoder === this.#encoder) this.#onError(error);
      },
    });
    return encoder;
  }

  #onOutput(chunk: EncodedVideoChunk): void {
    const found = this.#pairs.take(chunk.timestamp);
    if (!found) return;
    if (found.droppedBefore > 0) this.#options.onDropped(found.droppedBefore);
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    this.#options.onFrame({ captured: found.frame, isKey: chunk.type === 'key', data });
  }

  #onError(error: unknown): void {
    this.close();
    const lost = this.#pairs.clear();
    if (lost > 0) this.#options.onDropped(lost);
    this.#restarts += 1;
    this.#options.onRestart();
    if (!this.hasFailed) return;
    const detail = error instanceof Error ? error.message : String(error);
    this.#options.onFailed(`The camera cannot be encoded as VP9: ${detail}`);
  }
}
