import { Listeners } from '../listeners';
import type { OrphanProgress, RecoveryClient } from '../live-session';

const kNone: readonly OrphanProgress[] = [];

/**
 * A recovery that begins after `afterMs`, because starting its Worker takes time that the page needs for its first
 * picture.
 */
export function delayedRecoveryClient(
  create: () => RecoveryClient,
  afterMs: number,
): RecoveryClient {
  const listeners = new Listeners();
  let begun: RecoveryClient | null = null;
  setTimeout(() => {
    begun = create();
    begun.subscribe(() => listeners.tell());
  }, afterMs);
  return {
    subscribe: listeners.subscribe,
    snapshot: () => begun?.snapshot() ?? kNone,
    foreign: () => begun?.foreign() ?? false,
    discard: async (recordingId) => begun?.discard(recordingId),
    look: () => begun?.look(),
    download: async (recordingId) => {
      if (!begun) throw new Error('The recovery has not begun.');
      return begun.download(recordingId);
    },
  };
}
