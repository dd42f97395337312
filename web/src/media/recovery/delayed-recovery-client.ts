import type { OrphanProgress, RecoveryClient } from '../live-session';

const kNone: readonly OrphanProgress[] = [];

/** A recovery that begins after `afterMs`: starting its Worker takes time that the first picture of a page needs. */
export function delayedRecoveryClient(
  create: () => RecoveryClient,
  afterMs: number,
): RecoveryClient {
  const listeners = new Set<() => void>();
  let begun: RecoveryClient | null = null;
  setTimeout(() => {
    begun = create();
    begun.subscribe(() => {
      for (const listener of listeners) listener();
    });
  }, afterMs);
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => begun?.snapshot() ?? kNone,
    discard: async (recordingId) => begun?.discard(recordingId),
    look: () => begun?.look(),
    download: async (recordingId) => {
      if (!begun) throw new Error('The recovery has not begun.');
      return begun.download(recordingId);
    },
  };
}
