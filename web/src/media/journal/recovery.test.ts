import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OrphanProgress } from '../live-session';
import { afterTimeout } from '../worker-scope';
import { ChunkWriter, EntryNumbering } from './chunk-writer';
import { MemoryFiles } from './memory-files';
import { digestAtOnce, MemoryServer } from './memory-server';
import { inspectJournal, Recovery } from './recovery';
import { micEntry, readChunk } from './test-entries';

/** One second of microphone from second `seq` on; `cut` bytes are missing at the end. */
const chunkBytes = (seq: number, cut = 0): Uint8Array<ArrayBuffer> => {
  const writer = new ChunkWriter('reprise-web/test');
  const numbering = new EntryNumbering();
  for (let index = seq * 50; index < seq * 50 + 50; index += 1) {
    writer.appendIfRoom(numbering.number(micEntry(index)));
  }
  const bytes = writer.seal();
  return bytes.slice(0, bytes.length - cut);
};
/** A tab died while writing chunk 4: 2 and 3 wait, 4 is cut, 5 was opened ahead. */
const crashed = (): MemoryFiles => {
  const files = new MemoryFiles();
  files.files.set(2, chunkBytes(2));
  files.files.set(3, chunkBytes(3));
  files.files.set(4, chunkBytes(4, 400));
  files.files.set(5, new Uint8Array(0));
  files.meta = { recordingId: 'r1', apiBase: '/api', end: null };
  return files;
};

const make = (journals: Record<string, MemoryFiles>, locked: readonly string[] = []) => {
  const server = new MemoryServer();
  const held = new Set(locked);
  const snapshots: (readonly OrphanProgress[])[] = [];
  const recovery = new Recovery({
    send: server.send,
    now: () => performance.now(),
    after: afterTimeout,
    random: () => 1,
    listJournals: async () => Object.keys(journals).filter((id) => !journals[id]?.removed),
    openFiles: async (id) => journals[id] ?? new MemoryFiles(),
    withLock: async (id, work) => {
      if (held.has(id)) return false;
      held.add(id);
      await work();
      held.delete(id);
      return true;
    },
    emit: (orphans) => snapshots.push(orphans),
  });
  const run = async (ms = 1000) => {
    void recovery.scan();
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { server, held, snapshots, recovery, run, now: () => snapshots.at(-1)?.[0] };
};

beforeEach(() => {
  vi.useFakeTimers();
  digestAtOnce();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('inspectJournal', () => {
  const nobody = async () => null;
  const end = (lastSeq: number, reason: 'crash' | 'hangup' = 'crash') => ({ lastSeq, reason });

  it('takes the last file with a whole message as the end', async () => {
    const contents = await inspectJournal(crashed(), null, nobody);
    expect(contents).toMatchObject({ end: end(4), seqs: [2, 3, 4], emptySeqs: [5] });
    expect(contents.durationSeconds).toBeGreaterThan(2.5);
  });

  it('knows the end when everything was sent and only the open file is left', async () => {
    const files = new MemoryFiles();
    files.files.set(7, new Uint8Array(0));
    files.files.set(8, new Uint8Array(0));
    expect(await inspectJournal(files, null, nobody)).toMatchObject({ end: end(6), seqs: [] });
  });

  it('believes the end that was asked for before the tab died', async () => {
    const meta = { recordingId: 'r1', apiBase: '/api', end: end(9, 'hangup') };
    expect(await inspectJournal(crashed(), meta, nobody)).toMatchObject({ end: end(9, 'hangup') });
  });

  it('asks the server when no file is left, and says "nothing" when it does not know either', async () => {
    expect((await inspectJournal(new MemoryFiles(), null, async () => 3)).end).toEqual(end(3));
    expect((await inspectJournal(new MemoryFiles(), null, nobody)).end).toEqual(end(-1));
  });
});

describe('Recovery', () => {
  it('sends what a crashed tab left, the cut chunk too, and finishes as a crash', async () => {
    const files = crashed();
    const { server, run, now, snapshots } = make({ r1: files });
    await run();
    expect([...server.chunks.keys()]).toEqual([2, 3, 4]);
    for (const bytes of server.chunks.values()) readChunk(bytes);
    expect(server.finishes).toEqual([{ last_seq: 4, reason: 'crash' }]);
    expect(now()).toMatchObject({ state: 'done', chunksTotal: 3, chunksSent: 3 });
    expect(snapshots.some(([orphan]) => orphan?.chunksSent === 1)).toBe(true);
    expect(files.removed).toBe(true);
  });

  it('leaves a recording alone whose lock is held', async () => {
    const { server, run, snapshots } = make({ r1: crashed() }, ['r1']);
    await run();
    expect(server.requests).toEqual([]);
    expect(snapshots).toEqual([]);
  });

  it('waits for the server and says so', async () => {
    const files = crashed();
    const { server, run, now } = make({ r1: files });
    server.chunkStatus = () => 0;
    await run(60_000);
    expect(now()).toMatchObject({ state: 'waiting', chunksSent: 0 });
    expect(server.requests.length).toBeLessThan(12);
    expect(files.meta?.end).toEqual({ lastSeq: 4, reason: 'crash' });
    server.chunkStatus = () => 201;
    await run(20_000);
    expect(now()?.state).toBe('done');
  });

  it('discards: drops the files and finishes with what the server has', async () => {
    const files = crashed();
    const { server, run, now, recovery } = make({ r1: files });
    server.chunks.set(0, chunkBytes(0));
    server.chunks.set(1, chunkBytes(1));
    server.chunkStatus = () => 0;
    await run();
    await recovery.discard('r1');
    await vi.advanceTimersByTimeAsync(100);
    expect(now()?.state).toBe('discarded');
    expect(files.removed).toBe(true);
    expect(server.finishes).toEqual([{ last_seq: 1, reason: 'crash' }]);
  });

  it('cleans up after a recording that was erased', async () => {
    const files = crashed();
    const { server, run, now } = make({ r1: files });
    server.chunkStatus = () => 410;
    await run();
    expect(now()?.state).toBe('discarded');
    expect(files.removed).toBe(true);
  });

  it('keeps what the server does not know or refuses, and asks once a visit', async () => {
    for (const status of [404, 409]) {
      const files = crashed();
      const { server, run, now, recovery } = make({ r1: files });
      server.chunkStatus = () => status;
      await run();
      expect(now()?.state, String(status)).toBe('refused');
      expect(files.removed).toBe(false);
      const asked = server.requests.length;
      await run(60_000);
      expect(server.requests.length).toBe(asked);
      await recovery.discard('r1');
      expect(files.removed).toBe(true);
    }
  });

  it('finishes silently when only the end is missing', async () => {
    const files = new MemoryFiles();
    files.meta = { recordingId: 'r1', apiBase: '/api', end: { lastSeq: 3, reason: 'lost' } };
    const { server, run, snapshots } = make({ r1: files });
    await run();
    expect(server.finishes).toEqual([{ last_seq: 3, reason: 'lost' }]);
    expect(snapshots).toEqual([]);
    expect(files.removed).toBe(true);
  });
});
