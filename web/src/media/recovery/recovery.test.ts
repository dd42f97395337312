import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Asker } from '../journal/journal-owner';
import { MemoryFiles } from '../journal/memory-files';
import { digestAtOnce, MemoryServer, page } from '../journal/memory-server';
import { readChunk } from '../journal/test-entries';
import { chunkBytes, crashed } from '../journal/test-journals';
import type { OrphanProgress } from '../live-session';
import { afterTimeout } from '../worker-scope';
import { Recovery } from './recovery';

const ada: Asker = { kind: 'person', id: 'ada' };

const make = (journals: Record<string, MemoryFiles>, locked: readonly string[] = []) => {
  const server = new MemoryServer();
  server.chunks.set(0, chunkBytes(0));
  server.chunks.set(1, chunkBytes(1));
  const held = new Set(locked);
  const snapshots: (readonly OrphanProgress[])[] = [];
  const asker: { now: Asker; foreign: boolean } = { now: ada, foreign: false };
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
    askWho: async () => asker.now,
    emit: (orphans, foreign) => {
      snapshots.push(orphans);
      asker.foreign = foreign;
    },
  });
  const run = async (ms = 1000) => {
    void recovery.scan();
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { server, held, snapshots, asker, recovery, run, now: () => snapshots.at(-1)?.[0] };
};

beforeEach(() => {
  vi.useFakeTimers();
  digestAtOnce();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('Recovery', () => {
  it('sends what a crashed tab left, the cut chunk too, and finishes as a crash', async () => {
    const files = crashed();
    const { server, run, now, snapshots } = make({ r1: files });
    await run();
    expect([...server.chunks.keys()]).toEqual([0, 1, 2, 3, 4]);
    for (const bytes of server.chunks.values()) readChunk(bytes);
    expect(server.finishes).toEqual([{ last_seq: 4, reason: 'crash' }]);
    expect(now()).toMatchObject({ state: 'done', chunksTotal: 3, chunksSent: 3 });
    expect(snapshots.some(([orphan]) => orphan?.chunksSent === 1)).toBe(true);
    expect(files.removed).toBe(true);
  });

  it('calls a recording complete only when the server does', async () => {
    const files = crashed();
    const { server, run, now } = make({ r1: files });
    server.chunks.delete(1);
    await run();
    expect(server.recording().state).toBe('complete_with_gaps');
    expect(now()).toMatchObject({ state: 'gaps', missingChunks: 1 });
    expect(files.removed).toBe(true);
  });

  it('reports no end before the server has confirmed it', async () => {
    const { server, run, now } = make({ r1: crashed() });
    server.readStatus = page(200);
    await run(20_000);
    expect(server.finishes).toHaveLength(1);
    expect(now()).toMatchObject({ state: 'sending', chunksSent: 3 });
    server.readStatus = 200;
    await vi.advanceTimersByTimeAsync(5000);
    expect(now()?.state).toBe('done');
  });

  it('sends and tells nothing of a recording whose person is not logged in', async () => {
    const files = crashed();
    files.meta = { recordingId: 'r1', apiBase: '/api', end: null, owner: 'bob' };
    const { server, run, now, asker } = make({ r1: files });
    await run();
    expect(server.requests).toEqual([]);
    expect(now()).toBeUndefined();
    expect(asker.foreign).toBe(true);
    expect(await files.list()).toHaveLength(4);
    asker.now = { kind: 'nobody' };
    await run();
    expect(server.requests).toEqual([]);
    asker.now = { kind: 'person', id: 'bob' };
    await run();
    expect(now()).toMatchObject({ state: 'done', chunksSent: 3 });
    expect(asker.foreign).toBe(false);
    expect(files.removed).toBe(true);
  });

  it('keeps whose a recording is while it cannot be sent', async () => {
    const files = crashed();
    files.meta = { recordingId: 'r1', apiBase: '/api', end: null, owner: 'ada' };
    const { server, run, now } = make({ r1: files });
    server.chunkStatus = () => 401;
    await run();
    expect(now()?.state).toBe('waiting');
    expect(files.meta).toMatchObject({ owner: 'ada', end: { reason: 'crash' } });
  });

  it('leaves a recording alone whose lock is held', async () => {
    const { server, run, snapshots } = make({ r1: crashed() }, ['r1']);
    await run();
    expect(server.requests).toEqual([]);
    expect(snapshots).toEqual([]);
  });

  it('waits for the server and says what answers in its place', async () => {
    const files = crashed();
    const { server, run, now } = make({ r1: files });
    server.chunkStatus = () => page(404, 'text/plain');
    server.finishStatus = page(404, 'text/plain');
    await run(60_000);
    expect(now()).toMatchObject({ state: 'waiting', chunksSent: 0, answers: '404 text/plain' });
    expect(server.requests.length).toBeLessThan(12);
    expect(files.meta?.end).toEqual({ lastSeq: 4, reason: 'crash' });
    server.chunkStatus = () => 201;
    server.finishStatus = 200;
    await run(20_000);
    expect(now()).toMatchObject({ state: 'done', answers: '' });
  });

  it('an upload that begins while a login ends waits, and goes on after it', async () => {
    const { server, run, now } = make({ r1: crashed() });
    server.chunkStatus = () => 401;
    await run(30_000);
    expect(now()).toMatchObject({ state: 'waiting', answers: 'It is 401.' });
    server.chunkStatus = () => 201;
    await run(20_000);
    expect(now()?.state).toBe('done');
  });

  it('cleans up after a recording that was erased', async () => {
    const files = crashed();
    const { server, run, now } = make({ r1: files });
    server.chunkStatus = () => 410;
    await run();
    expect(now()?.state).toBe('discarded');
    expect(files.removed).toBe(true);
  });

  it('keeps all of a recording that the server does not know, and asks once a visit', async () => {
    const files = crashed();
    const { server, run, now, recovery } = make({ r1: files });
    server.chunkStatus = () => 404;
    await run();
    expect(now()?.state).toBe('unknown');
    const asked = server.requests.length;
    await run(60_000);
    expect(server.requests.length).toBe(asked);
    expect([...files.files.keys()]).toEqual([2, 3, 4]);
    server.finishStatus = 404;
    await recovery.discard('r1');
    expect(now()?.state).toBe('discarded');
    expect(files.removed).toBe(true);
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

describe('a chunk that does not get through', () => {
  const firewall = (seq: number) => (seq === 3 ? page(403) : 201);

  it('does not delay others, is kept and named, and is sent at a later visit', async () => {
    const files = crashed();
    const first = make({ r1: files });
    first.server.chunkStatus = firewall;
    await first.run(60_000);
    expect([...first.server.chunks.keys()]).toEqual([0, 1, 2, 4]);
    expect(first.server.finishes).toEqual([{ last_seq: 4, reason: 'crash' }]);
    const kept = { chunks: 1, by: 'network', words: '403 text/html' };
    expect(first.now()).toMatchObject({ state: 'kept', kept, missingChunks: 1, chunksSent: 2 });
    expect([...files.files.keys()]).toEqual([3]);

    const again = make({ r1: files });
    for (const [seq, bytes] of first.server.chunks) again.server.chunks.set(seq, bytes);
    again.server.chunkStatus = firewall;
    await again.run(60_000);
    expect(again.now()?.state).toBe('kept');

    const healed = make({ r1: files });
    for (const [seq, bytes] of first.server.chunks) healed.server.chunks.set(seq, bytes);
    await healed.run();
    expect(healed.now()).toMatchObject({ state: 'done', missingChunks: 0 });
    expect(files.removed).toBe(true);
  });

  it('because the server refuses it: asked once a visit, kept with its sentence', async () => {
    const files = crashed();
    const { server, run, now } = make({ r1: files });
    server.chunkStatus = (seq) => (seq === 3 ? 409 : 201);
    await run(60_000);
    expect(now()).toMatchObject({
      state: 'kept',
      kept: { chunks: 1, by: 'server', words: 'It is 409.' },
      missingChunks: 1,
    });
    expect(server.requests.filter((request) => request.endsWith('/chunks/3'))).toHaveLength(1);
    expect([...files.files.keys()]).toEqual([3]);
  });

  it('because this browser cannot read it: the rest goes, the file stays', async () => {
    const files = crashed();
    const { server, run, now } = make({ r1: files });
    files.readError = (seq) => (seq === 3 ? new DOMException('busy', 'NotReadableError') : null);
    await run(60_000);
    expect(now()).toMatchObject({ state: 'kept', kept: { by: 'browser', words: 'busy' } });
    expect([...server.chunks.keys()]).toEqual([0, 1, 2, 4]);
    expect([...files.files.keys()]).toEqual([3]);
  });

  it('because it could not be read for a moment: it is sent a moment later', async () => {
    const files = crashed();
    const { server, run, now } = make({ r1: files });
    let errors = 3;
    files.readError = (seq) =>
      seq === 4 && errors-- > 0 ? new DOMException('busy', 'NotReadableError') : null;
    await run(10_000);
    expect([...server.chunks.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(now()?.state).toBe('done');
  });
});

describe('discard', () => {
  const puts = (server: MemoryServer) =>
    server.requests.filter((one) => one.startsWith('PUT')).length;

  it('drops the files; the recording ends with a named gap, and nobody calls it complete', async () => {
    const files = crashed();
    const { server, run, now, recovery } = make({ r1: files });
    server.chunkStatus = () => 0;
    await run();
    const asked = puts(server);
    await recovery.discard('r1');
    await vi.advanceTimersByTimeAsync(100);
    expect(now()?.state).toBe('discarded');
    expect(files.removed).toBe(true);
    expect(server.finishes).toEqual([{ last_seq: 4, reason: 'crash' }]);
    expect(server.recording()).toMatchObject({ state: 'complete_with_gaps' });
    await run(60_000);
    expect(puts(server)).toBe(asked);
  });

  it('waits for a running removal, and sends nothing after it', async () => {
    const files = crashed();
    const { server, run, now, recovery } = make({ r1: files });
    files.files.delete(5);
    server.chunkStatus = (seq) => (seq === 2 ? 201 : 0);
    files.removing = new Promise((resolve) => setTimeout(resolve, 3000));
    await run(1);
    const sent = puts(server);
    expect(server.chunks.has(2)).toBe(true);
    await recovery.discard('r1');
    server.chunkStatus = () => 201;
    await vi.advanceTimersByTimeAsync(60_000);
    await run(60_000);
    expect(now()?.state).toBe('discarded');
    expect(puts(server)).toBe(sent);
    expect(files.removed).toBe(true);
  });

  it('is not lost when the page dies: the next visit removes the files and sends nothing', async () => {
    const files = crashed();
    const first = make({ r1: files });
    first.server.chunkStatus = () => 0;
    await first.run();
    files.remove = () => new Promise(() => {});
    await first.recovery.discard('r1');
    await vi.advanceTimersByTimeAsync(100);

    files.remove = MemoryFiles.prototype.remove.bind(files);
    const next = make({ r1: files });
    await next.run();
    expect(puts(next.server)).toBe(0);
    expect(next.now()?.state).toBe('discarded');
    expect(next.server.finishes).toEqual([{ last_seq: 4, reason: 'crash' }]);
    expect(files.removed).toBe(true);
  });

  it('is done by the next page when an earlier page did not get to it', async () => {
    const files = crashed();
    const { server, run, now, recovery } = make({ r1: files });
    recovery.neverSend(['r1', 'r2']);
    await run();
    expect(puts(server)).toBe(0);
    expect(now()?.state).toBe('discarded');
    expect(files.removed).toBe(true);
  });

  it('tells the server of the end when it is there again', async () => {
    const files = crashed();
    const { server, run, now, recovery } = make({ r1: files });
    server.chunkStatus = () => 0;
    server.finishStatus = page(200);
    await run();
    await recovery.discard('r1');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(now()?.state).toBe('discarded');
    expect(files.files.size).toBe(0);
    expect(files.removed).toBe(false);
    server.finishStatus = 200;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(server.finishes).toHaveLength(1);
    expect(files.removed).toBe(true);
  });

  it('of what was kept removes that, and the gap stays named', async () => {
    const files = crashed();
    const { server, run, now, recovery } = make({ r1: files });
    server.chunkStatus = (seq) => (seq === 3 ? 409 : 201);
    await run();
    expect(now()?.state).toBe('kept');
    await recovery.discard('r1');
    expect(now()?.state).toBe('discarded');
    expect(files.removed).toBe(true);
    expect(server.recording()).toMatchObject({ state: 'complete_with_gaps' });
  });
});
