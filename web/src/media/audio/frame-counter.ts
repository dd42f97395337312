/**
 * Our own count of 48 kHz frames, shared by all worklets of one AudioContext (docs/formats/recording.md section 2).
 * `currentFrame` jumps by 256 to 3072 frames after the first render quantum, and once repeated a quantum. Our count
 * always grows by 128 in every quantum and notes each jump for the record. Pure.
 */

/** Frames of one render quantum. */
export const kQuantumFrames = 128;

/** Quanta from the stop to the end. In the first the playout fades out, in the second its filter rings out. */
const kQuantaToEnd = 3;

/**
 * A `currentFrame` that does not follow the quantum before. `contextFrame` is our frame of the quantum in which it was
 * noticed.
 */
export type FrameJump = {
  readonly contextFrame: number;
  readonly expectedFrame: number;
  readonly currentFrame: number;
};

export class FrameCounter {
  #callers: object[] = [];
  #quanta = 0;
  #current = 0;
  #frame = -1;
  #armed = false;
  #jump: FrameJump | null = null;
  #end: number | null = null;

  /**
   * Makes the next quantum frame 0. The very first quantum of a context never becomes frame 0, since the jump comes
   * after it.
   */
  start(): void {
    if (this.#frame < 0) this.#armed = true;
  }

  /**
   * Our frame of this quantum; −1 before the start. Each processor calls it once in each `process()` and passes itself
   * as `caller`: a second call by the same one, or another `currentFrame`, means a new quantum.
   */
  tick(caller: object, currentFrame: number): number {
    const sameQuantum =
      this.#quanta > 0 && currentFrame === this.#current && !this.#callers.includes(caller);
    if (!sameQuantum) {
      this.#next(currentFrame);
      this.#callers.length = 0;
    }
    this.#callers.push(caller);
    return this.#frame;
  }

  /**
   * Makes both processors end at the same frame, so that microphone and model are equally long. Only the first call
   * counts.
   */
  stop(): void {
    this.#end ??= this.#frame < 0 ? 0 : this.#frame + (1 + kQuantaToEnd) * kQuantumFrames;
  }

  /** The frame at which the recording ends; null before `stop`. */
  get end(): number | null {
    return this.#end;
  }

  /** The last jump since the previous call; null when there was none. */
  takeJump(): FrameJump | null {
    const jump = this.#jump;
    this.#jump = null;
    return jump;
  }

  #next(currentFrame: number): void {
    const expectedFrame = this.#current + kQuantumFrames;
    this.#quanta++;
    this.#current = currentFrame;
    if (this.#frame >= 0) {
      this.#frame += kQuantumFrames;
      if (currentFrame !== expectedFrame) {
        this.#jump = { contextFrame: this.#frame, expectedFrame, currentFrame };
      }
    } else if (this.#armed && this.#quanta > 1) {
      this.#frame = 0;
    }
  }
}

/**
 * The counter of this AudioWorkletGlobalScope. Each AudioContext has one scope, and each worklet file is a module in
 * it.
 */
export const sharedFrameCounter = (scope: object): FrameCounter => {
  const shared = scope as { repriseFrames?: FrameCounter };
  shared.repriseFrames ??= new FrameCounter();
  return shared.repriseFrames;
};
