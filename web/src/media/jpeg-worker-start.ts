import jpegUrl from './jpeg-worker.ts?worker&url';
import { trustedScriptUrl } from './trusted';

/** Speaks `JpegRequest` and `JpegAnswer`; the VideoWorker starts it. */
export const startJpegWorker = (): Worker =>
  new Worker(trustedScriptUrl(jpegUrl), { type: 'module', name: 'jpeg' });
