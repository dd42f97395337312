import spoolUrl from './journal/spool-worker.ts?worker&url';
import liveUrl from './live/live-worker.ts?worker&url';
import recoveryUrl from './recovery/recovery-worker.ts?worker&url';
import { trustedScriptUrl } from './trusted';
import videoUrl from './video/video-worker.ts?worker&url';

/**
 * Speaks `SpoolCommand` and `SpoolEvent`. Asks the browser to keep the journal when it needs room; whatever it answers,
 * the spool works.
 */
export const startSpoolWorker = (): Worker => {
  void navigator.storage?.persist?.().catch(() => false);
  return new Worker(trustedScriptUrl(spoolUrl), { type: 'module', name: 'spool' });
};

/** Speaks `VideoCommand` and `VideoEvent`. */
export const startVideoWorker = (): Worker =>
  new Worker(trustedScriptUrl(videoUrl), { type: 'module', name: 'video' });

/** Speaks `RecoveryCommand` and `RecoveryEvent`. */
export const startRecoveryWorker = (): Worker =>
  new Worker(trustedScriptUrl(recoveryUrl), { type: 'module', name: 'recovery' });

/** Speaks `LiveCommand` and `LiveEvent`. */
export const startLiveWorker = (): Worker =>
  new Worker(trustedScriptUrl(liveUrl), { type: 'module', name: 'live' });
