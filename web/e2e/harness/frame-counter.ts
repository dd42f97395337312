import type { BrowserContext, Page } from '@playwright/test';

/** What a clone of the camera's track got, read in a Worker without other work. */
export type CloneCounts = {
  /** `VideoFrame.timestamp` of each frame that was read, µs, with the rounding of this Worker. */
  readonly read: readonly number[];
  /** How many frames were delivered to the clone since its reader was made. */
  readonly delivered: number;
};

type Clone = { worker: Worker; track: MediaStreamVideoTrack; before: number };

const CLONE_SCRIPT = () => {
  const source = `
    const read = [];
    onmessage = async ({ data }) => {
      if (data === 'report') return postMessage(read);
      const reader = data.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        read.push(next.value.timestamp);
        next.value.close();
      }
    };`;
  const clones: Clone[] = [];
  Object.assign(globalThis, { e2eClones: clones });
  const delivered = (track: MediaStreamTrack) =>
    (track as unknown as { stats: { deliveredFrames: number } }).stats.deliveredFrames;
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    for (const original of stream.getVideoTracks()) {
      const track = original.clone() as MediaStreamVideoTrack;
      const worker = new Worker(URL.createObjectURL(new Blob([source])));
      const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 30 });
      clones.push({ worker, track, before: delivered(track) });
      worker.postMessage(readable, [readable]);
    }
    return stream;
  };
};

/** Clones each camera that the page opens, and counts the clone's frames. */
export const countClones = async (context: BrowserContext): Promise<void> => {
  await context.addInitScript(CLONE_SCRIPT);
};

/** What the newest clone has got so far. */
export const cloneCounts = (page: Page): Promise<CloneCounts> =>
  page.evaluate(async () => {
    const { e2eClones } = globalThis as unknown as { e2eClones: Clone[] };
    const clone = e2eClones.at(-1);
    if (!clone) throw new Error('no camera was opened');
    const { stats } = clone.track as unknown as { stats: { deliveredFrames: number } };
    const delivered = stats.deliveredFrames - clone.before;
    const read = await new Promise<number[]>((resolve) => {
      clone.worker.onmessage = ({ data }) => resolve(data);
      clone.worker.postMessage('report');
    });
    return { read, delivered };
  });
