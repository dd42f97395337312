/** SpoolWorker (protocol.ts): connects the spool to the file system, network, lock, timers and ports. */
import type { JournalBatch, SpoolCommand, SpoolEvent } from '../protocol';
import { afterTimeout, steadyNow, workerScope } from '../worker-scope';
import { postFinish } from './chunk-requests';
import { kReserveBytes } from './journal';
import { type JournalFiles, journalLockName, openJournalFiles } from './journal-files';
import { kJournalLibrary } from './journal-library';
import { askWho } from './journal-owner';
import { Spool } from './spool';

/** Much shorter than a chunk, so that a chunk is sealed on time even when no entries arrive. */
const kTickMs = 100;
const kDoneWaitMs = 3000;
/** Batches that may wait while the first file is opened, which usually takes a tenth of a second. */
const kEarlyBatchesMax = 10_000;

type OpenCommand = Extract<SpoolCommand, { type: 'open' }>;
type EndReason = Extract<SpoolCommand, { type: 'finish' }>['reason'];

const scope = workerScope<SpoolCommand, SpoolEvent>();
const emit = (event: SpoolEvent): void => scope.postMessage(event);

let opened: Promise<Spool | null> = Promise.resolve(null);
let spool: Spool | null = null;
let opening: OpenCommand | null = null;
let early: JournalBatch[] = [];
let releaseLock: () => void = () => {};
const producersDone: Promise<void>[] = [];
let named: Promise<void> = Promise.resolve();
let ticking = 0;

const append = (batch: JournalBatch): void => {
  if (spool) spool.append(batch);
  else if (early.length < kEarlyBatchesMax) early.push(batch);
};

/** Rejects where the browser does not let the page keep anything. */
const holdLock = (recordingId: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const held = navigator.locks.request(journalLockName(recordingId), () => {
      resolve();
      return new Promise<void>((release) => {
        releaseLock = release;
      });
    });
    held.catch(reject);
  });

const openFiles = async (command: OpenCommand): Promise<JournalFiles> => {
  await holdLock(command.recordingId);
  const { recordingId, apiBase } = command;
  const files = await openJournalFiles(recordingId);
  // Without this file the recovery uses the usual address.
  await files.writeMeta({ recordingId, apiBase, end: null }).catch(() => {});
  // Without it the server alone decides whose it is.
  named = nameOwner(files, command).catch(() => {});
  if (!(await files.takeReserve(kReserveBytes))) emit({ type: 'disk-low', freeBytes: 0 });
  return files;
};

/** The recording need not wait for it: whose it is matters after its end only. */
const nameOwner = async (files: JournalFiles, command: OpenCommand): Promise<void> => {
  const { recordingId, apiBase } = command;
  const asker = await askWho(fetch, apiBase);
  if (asker.kind !== 'person') return;
  const end = (await files.readMeta())?.end ?? null;
  await files.writeMeta({ recordingId, apiBase, end, owner: asker.id });
};

const open = async (command: OpenCommand): Promise<Spool | null> => {
  try {
    const files = await openFiles(command);
    const made = new Spool({
      files,
      recordingId: command.recordingId,
      apiBase: command.apiBase,
      library: kJournalLibrary,
      send: (...request) => fetch(...request),
      now: steadyNow,
      after: afterTimeout,
      random: Math.random,
      emit,
    });
    scope.addEventListener('online', () => made.online());
    ticking = setInterval(() => made.tick(), kTickMs) as unknown as number;
    spool = made;
    for (const batch of early) made.append(batch);
    return made;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    emit({ type: 'journal-failed', message: `This browser cannot keep a recording: ${detail}` });
    return null;
  } finally {
    early = [];
  }
};

const addProducer = (port: MessagePort): void => {
  producersDone.push(
    new Promise((resolve) => {
      port.onmessage = ({ data }: MessageEvent<JournalBatch | 'done'>) => {
        if (data === 'done') resolve();
        else append(data);
      };
    }),
  );
};

/** Without a journal: tells the server that no chunks come. */
const finishWithout = async (reason: EndReason): Promise<'finished' | 'left'> => {
  if (!opening) return 'left';
  const signal = AbortSignal.timeout(kDoneWaitMs);
  const request = { ...opening, signal, priority: 'auto' as const };
  const meaning = await postFinish(fetch, request, { lastSeq: -1, reason });
  return meaning.kind === 'foreign' || meaning.kind === 'later' ? 'left' : 'finished';
};

const finish = async (reason: EndReason): Promise<void> => {
  const late = new Promise((resolve) => setTimeout(resolve, kDoneWaitMs));
  await Promise.race([Promise.all([...producersDone, named]), late]);
  const made = await opened;
  const outcome = await (made ? made.finish(reason) : finishWithout(reason));
  clearInterval(ticking);
  releaseLock();
  emit({ type: 'ended', outcome });
};

scope.onmessage = ({ data: command }) => {
  switch (command.type) {
    case 'open':
      opening = command;
      opened = open(command);
      return;
    case 'producer':
      addProducer(command.port);
      return;
    case 'entries':
      append(command.entries);
      return;
    case 'finish':
      void finish(command.reason);
  }
};
