import spoolUrl from './journal/spool-worker.ts?worker&url';
import liveUrl from './live/live-worker.ts?worker&url';
import recoveryUrl from './recovery/recovery-worker.ts?worker&url';
import { trustedScriptUrl } from './trusted';
import videoUrl from './video/video-worker.ts?worker&url';

/**
 * Starts the Worker for `SpoolCommand` and `SpoolEvent`. Also asks the browser to keep the journal when storage becomes
 * scarce; the spool works whatever the browser answers.
 */
export const startSpoolWorker = (): Worker => {
  void navigator.storage?.persist?.().catch(() => false);
  return new Worker(trustedScriptUrl(spoolUrl), { type: 'module', name: 'spool' });
};

/** Starts the Worker for `VideoCommand` and `VideoEvent`. */
export const startVideoWorker = (): Worker =>
  new Worker(trustedScriptUrl(videoUrl), { type: 'module', name: 'video' });

/** Starts the Worker for `RecoveryCommand` and `RecoveryEvent`. */
export const startRecoveryWorker = (): Worker =>
  new Worker(trustedScriptUrl(recoveryUrl), { type: 'module', name: 'recovery' });

/** Starts the Worker for `LiveCommand` and `LiveEvent`. */
export const startLiveWorker = (): Worker =>
  new Worker(trustedScriptUrl(liveUrl), { type: 'module', name: 'live' });
