import { Listeners } from '../listeners';
import type { OrphanProgress, RecoveryClient } from '../live-session';
import type { RecoveryCommand, RecoveryEvent } from '../protocol';
import { startRecoveryWorker } from '../workers';
import { DiscardedNames } from './discarded-names';

/** The longest time for removing files. After that the recording does not count as discarded. */
const kDiscardMsMax = 10_000;

/**
 * Starts to send what earlier sessions have left in this browser. Call it once per page. `discard` resolves when it is
 * done and rejects when it cannot be done.
 */
export const createRecoveryClient = (
  start = startRecoveryWorker,
  names = new DiscardedNames(),
  discardMsMax = kDiscardMsMax,
): RecoveryClient => {
  // Hardly anybody needs this file, but when the server does not answer it is too late to ask for it.
  const archive = () => import('./kept-archive');
  archive().catch(() => {});
  const worker = start();
  const tell = (command: RecoveryCommand) => worker.postMessage(command);
  tell({ type: 'begin', discarded: names.list() });
  const listeners = new Listeners();
  let orphans: readonly OrphanProgress[] = [];
  let foreign = false;
  worker.onmessage = ({ data }: MessageEvent<RecoveryEvent>) => {
    orphans = data.orphans;
    foreign = data.foreign;
    for (const { recordingId, state } of orphans) {
      if (state === 'discarded') names.forget(recordingId);
    }
    listeners.tell();
  };
  const isDiscarded = (recordingId: string) =>
    orphans.find((orphan) => orphan.recordingId === recordingId)?.state === 'discarded';
  return {
    subscribe: listeners.subscribe,
    snapshot: () => orphans,
    foreign: () => foreign,
    discard: (recordingId) => {
      names.add(recordingId);
      tell({ type: 'discard', recordingId });
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!isDiscarded(recordingId)) return;
          end();
          resolve();
        };
        const late = setTimeout(() => {
          end();
          reject(new Error('The browser did not remove it.'));
        }, discardMsMax);
        const end = () => {
          clearTimeout(late);
          leave();
        };
        const leave = listeners.subscribe(look);
        look();
      });
    },
    look: () => tell({ type: 'look' }),
    download: async (recordingId) => (await archive()).keptArchive(recordingId),
  };
};
