/** RecoveryWorker (protocol.ts): connects the recovery to the file system, network and locks. */

import { journalLockName, listJournals, openJournalFiles } from '../journal/journal-files';
import { askWho } from '../journal/journal-owner';
import type { RecoveryCommand, RecoveryEvent } from '../protocol';
import { afterTimeout, steadyNow, workerScope } from '../worker-scope';
import { Recovery } from './recovery';

const kScanEveryMs = 30_000;
/** Where this app's own server is asked who is logged in. */
const kApiBase = '/api';
/** The pause before each request while a session is live. */
const kHoldBackMs = 1000;

const scope = workerScope<RecoveryCommand, RecoveryEvent>();
const held = new Set<string>();

const withLock = async (recordingId: string, work: () => Promise<void>): Promise<boolean> => {
  const name = journalLockName(recordingId);
  return await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    held.add(name);
    try {
      await work();
    } finally {
      held.delete(name);
    }
    return true;
  });
};

/** A lock that is not ours belongs to a live session, or to the recovery of another tab. */
const isSomebodyLive = async (): Promise<boolean> => {
  const locks = (await navigator.locks.query()).held ?? [];
  return locks.some(({ name }) => name?.startsWith(journalLockName('')) && !held.has(name));
};

const recovery = new Recovery({
  send: (...request) => fetch(...request),
  now: steadyNow,
  after: afterTimeout,
  random: Math.random,
  gate: async () => {
    if (await isSomebodyLive()) await new Promise((resolve) => setTimeout(resolve, kHoldBackMs));
  },
  listJournals,
  openFiles: openJournalFiles,
  withLock,
  askWho: () => askWho(fetch, kApiBase),
  emit: (orphans, foreign) => scope.postMessage({ type: 'orphans', orphans, foreign }),
});

const scan = (): void => {
  // Without a private file system nothing was left.
  void recovery.scan().catch(() => {});
};

scope.onmessage = ({ data: command }) => {
  switch (command.type) {
    case 'begin':
      recovery.neverSend(command.discarded);
      scan();
      setInterval(scan, kScanEveryMs);
      return;
    case 'look':
      scan();
      return;
    case 'discard':
      void recovery.discard(command.recordingId);
  }
};
scope.addEventListener('online', () => recovery.online());
