import recoveryUrl from './recovery-worker.ts?worker&url';
import spoolUrl from './spool-worker.ts?worker&url';
import { trustedScriptUrl } from './trusted';

/**
 * Speaks `SpoolCommand` and `SpoolEvent`. Asks the browser to keep the journal when it needs room; whatever it answers,
 * the spool works.
 */
export const startSpoolWorker = (): Worker => {
  void navigator.storage?.persist?.().catch(() => false);
  return new Worker(trustedScriptUrl(spoolUrl), { type: 'module', name: 'spool' });
};

/** Speaks `RecoveryCommand` and `RecoveryEvent`. */
export const startRecoveryWorker = (): Worker =>
  new Worker(trustedScriptUrl(recoveryUrl), { type: 'module', name: 'recovery' });
