/** Far above the encoder's queue. The oldest is dropped when an encoder never answers. */
const kPairsMax = 256;

export type EncodingFrame = {
  /** `VideoFrame.timestamp`, device µs: the encoder gives it back. */
  readonly timestamp: number;
  /** Page clock, µs. */
  readonly arrivalUs: number;
  readonly width: number;
  readonly height: number;
};

/**
 * Remembers when a frame was captured while the frame is inside of the encoder. Realtime VP9 keeps the order, so an
 * output also means that the encoder has dropped every earlier frame.
 */
export class ArrivalPairs {
  #frames: EncodingFrame[] = [];

  push(frame: EncodingFrame): void {
    this.#frames.push(frame);
    if (this.#frames.length > kPairsMax) this.#frames.shift();
  }

  /** Null when the output belongs to no frame. */
  take(
    timestamp: number,
  ): { readonly frame: EncodingFrame; readonly droppedBefore: number } | null {
    const at = this.#frames.findIndex((candidate) => candidate.timestamp === timestamp);
    const frame = this.#frames[at];
    if (!frame) return null;
    this.#frames.splice(0, at + 1);
    return { frame, droppedBefore: at };
  }

  /** The newest frame; undefined when none is inside. */
  get last(): EncodingFrame | undefined {
    return this.#frames.at(-1);
  }

  /** Removes this frame and all before it; returns how many there were. */
  dropThrough(frame: EncodingFrame): number {
    return this.#frames.splice(0, this.#frames.indexOf(frame) + 1).length;
  }

  /** Removes all frames; returns how many will never come out. */
  clear(): number {
    const count = this.#frames.length;
    this.#frames = [];
    return count;
  }
}
