/** Decides what happens to a captured frame before the encoder. A pure decision per frame. */
import type { SkipReason } from '../protocol';

/** A longer queue means that the machine is too slow. Sound goes first (measured 2026-11-22). */
export const kEncodeQueueMax = 4;
/** A key frame at least every 2 s. The value is smaller, because the next frame may be late on a busy machine. */
export const kKeyEveryUs = 1_800_000;
export const kJpegEveryUs = 1_000_000;

export type CapturedFrame = {
  readonly width: number;
  readonly height: number;
  /** Page clock, µs. */
  readonly arrivalUs: number;
  readonly encodeQueueSize: number;
};
export type FrameDecision = {
  /** Set the encoder up for this size before encoding. */
  readonly configure: boolean;
  readonly encode: { readonly keyFrame: boolean } | null;
  readonly skipped: SkipReason | null;
  readonly jpeg: boolean;
};

export class FrameGate {
  #size = '';
  #keyAt: number | null = null;
  #jpegAt: number | null = null;
  #soundOnly = false;

  /** Another camera or a new encoder: the encoder is set up again, and the next encoded frame is a key frame. */
  reset(): void {
    this.#size = '';
  }

  setSoundOnly(on: boolean): void {
    this.#soundOnly = on;
    this.#keyAt = null;
  }

  /** `records`: the video is being kept. `jpegIdle`: the last JPEG is done and another one is wanted. */
  decide(
    frame: CapturedFrame,
    state: { readonly records: boolean; readonly jpegIdle: boolean },
  ): FrameDecision {
    const jpeg = state.jpegIdle && this.#isJpegDue(frame.arrivalUs);
    if (!state.records) return { configure: false, encode: null, skipped: null, jpeg };
    const skipped = this.#skipReason(frame);
    if (skipped) return { configure: false, encode: null, skipped, jpeg };
    const size = `${frame.width}x${frame.height}`;
    const configure = size !== this.#size;
    this.#size = size;
    const keyAge = this.#keyAt === null ? Number.POSITIVE_INFINITY : frame.arrivalUs - this.#keyAt;
    const keyFrame = configure || keyAge >= kKeyEveryUs;
    if (keyFrame) this.#keyAt = frame.arrivalUs;
    return { configure, encode: { keyFrame }, skipped: null, jpeg };
  }

  #skipReason(frame: CapturedFrame): SkipReason | null {
    if (this.#soundOnly) return 'disk_low';
    return frame.encodeQueueSize > kEncodeQueueMax ? 'encoder_busy' : null;
  }

  #isJpegDue(arrivalUs: number): boolean {
    if (this.#jpegAt !== null && arrivalUs - this.#jpegAt < kJpegEveryUs) return false;
    this.#jpegAt = arrivalUs;
    return true;
  }
}
