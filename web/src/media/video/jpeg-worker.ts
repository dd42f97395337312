/**
 * Makes JPEGs for the VideoWorker. It has a thread of its own, because a canvas waits for the page's main thread: with
 * that busy for 400 of 500 ms, each JPEG stopped the camera for 230 to 360 ms, and 7 to 10 frames were lost (measured
 * 2026-11-24).
 */

import { workerScope } from '../worker-scope';
import type { JpegAnswer, JpegRequest } from './jpeg-client';
import { JpegEncoder } from './jpeg-encoder';

const scope = workerScope<JpegRequest, JpegAnswer>();
const encoder = new JpegEncoder();

scope.onmessage = async ({ data: { frame } }) => {
  try {
    const jpeg = await encoder.encode(frame);
    scope.postMessage({ jpeg }, [jpeg.data.buffer]);
  } catch (error) {
    scope.postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
};
