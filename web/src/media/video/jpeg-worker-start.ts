import { trustedScriptUrl } from '../trusted';
import jpegUrl from './jpeg-worker.ts?worker&url';

/** Speaks `JpegRequest` and `JpegAnswer`; the VideoWorker starts it. */
export const startJpegWorker = (): Worker =>
  new Worker(trustedScriptUrl(jpegUrl), { type: 'module', name: 'jpeg' });
