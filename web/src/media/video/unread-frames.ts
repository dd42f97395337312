/**
 * Counts frames that the camera delivered but no reader got: the queue in front of a busy reader drops the oldest ones
 * silently. `MediaStreamTrack.stats.deliveredFrames` counts them, too, also for a track that was stopped (measured in
 * Chromium 156, 2026-11-28: with six busy processes on two cores 576 were delivered, 574 read). Pure.
 */

/**
 * This many frames wait in front of the reader before one is lost; Chromium's default is 1. More would leave the camera
 * without buffers.
 */
export const kFrameQueueMax = 4;
/** The most frames that are delivered but not read yet: the queue, and the one that is being passed to the reader. */
const kOnTheirWayMax = kFrameQueueMax + 1;

export type FrameCounts = {
  /** Since the reader was made. */
  readonly delivered: number;
  readonly read: number;
};

/** Counts for one camera, from the moment its reader is made. */
export class UnreadFrames {
  #told = 0;

  /** How many frames are certainly lost that no earlier call has reported. */
  newlyLost(counts: FrameCounts): number {
    return this.#tell(counts.delivered - counts.read - kOnTheirWayMax);
  }

  /** The same at the end, when the camera and its reader have stopped and no frame is under way any more. */
  lostAtEnd(counts: FrameCounts): number {
    return this.#tell(counts.delivered - counts.read);
  }

  #tell(lost: number): number {
    const news = Math.max(0, lost - this.#told);
    this.#told += news;
    return news;
  }
}
