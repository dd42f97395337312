/**
 * Frames that the camera delivered and that no reader got: the queue before a busy reader drops the oldest ones without a
 * word. `MediaStreamTrack.stats.deliveredFrames` counts them all the same, also for a track that has been stopped (measured
 * in Chromium 156, 2026-11-28: with six busy processes on two cores 576 were delivered, 574 read). Pure.
 */

/** So many frames wait in front of the reader before one is lost; Chromium's default is 1. More would starve the camera. */
export const kFrameQueueMax = 4;
/** Delivered and not read yet: the queue, and the one that the reader is being given. */
const kOnTheirWayMax = kFrameQueueMax + 1;

export type FrameCounts = {
  /** Since the reader was made. */
  readonly delivered: number;
  readonly read: number;
};

/** Counts for one camera, from the moment its reader is made. */
export class UnreadFrames {
  #told = 0;

  /** How many frames are lost for certain that no call before has told. */
  newlyLost(counts: FrameCounts): number {
    return this.#tell(counts.delivered - counts.read - kOnTheirWayMax);
  }

  /** The same when nothing is on its way any more: the camera and its reader have stopped. */
  lostAtEnd(counts: FrameCounts): number {
    return this.#tell(counts.delivered - counts.read);
  }

  #tell(lost: number): number {
    const news = Math.max(0, lost - this.#told);
    this.#told += news;
    return news;
  }
}
