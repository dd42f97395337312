import { trustedScriptUrl } from '../trusted';
import jpegUrl from './jpeg-worker.ts?worker&url';

/** Starts the Worker for `JpegRequest` and `JpegAnswer`. The VideoWorker calls this. */
export const startJpegWorker = (): Worker =>
  new Worker(trustedScriptUrl(jpegUrl), { type: 'module', name: 'jpeg' });
