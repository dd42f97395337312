import type { JournalRecovery, OrphanProgress } from '../live-session';
import type { RecoveryCommand, RecoveryEvent } from '../protocol';
import { startRecoveryWorker } from '../workers';

/**
 * Starts sending what earlier sessions left in this browser; call it once per page. `discard` resolves when the request
 * has been handed over; the snapshot then turns to `discarded`.
 */
export const createJournalRecovery = (start = startRecoveryWorker): JournalRecovery => {
  const worker = start();
  const listeners = new Set<() => void>();
  let orphans: readonly OrphanProgress[] = [];
  worker.onmessage = ({ data }: MessageEvent<RecoveryEvent>) => {
    orphans = data.orphans;
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => orphans,
    discard: async (recordingId) => {
      const command: RecoveryCommand = { type: 'discard', recordingId };
      worker.postMessage(command);
    },
  };
};
