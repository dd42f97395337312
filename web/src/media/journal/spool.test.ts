import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SpoolEvent } from '../protocol';
import { afterTimeout } from '../worker-scope';
import { MemoryFiles } from './memory-files';
import { digestAtOnce, MemoryServer, page } from './memory-server';
import { Spool } from './spool';
import { eventEntry, micEntry, readChunk } from './test-entries';

const make = () => {
  const files = new MemoryFiles();
  const server = new MemoryServer();
  const events: SpoolEvent[] = [];
  const spool = new Spool({
    files,
    recordingId: 'r1',
    apiBase: '/api',
    library: 'reprise-web/test',
    send: server.send,
    now: () => performance.now(),
    after: afterTimeout,
    random: () => 1,
    emit: (event) => events.push(event),
  });
  /** Sends `seconds` of microphone, 20 ms at a time, with the worker's tick. */
  const talk = async (seconds: number, from = 0) => {
    for (let index = from * 50; index < (from + seconds) * 50; index += 1) {
      spool.append([micEntry(index)]);
      spool.tick();
      await vi.advanceTimersByTimeAsync(20);
    }
  };
  const finish = async () => {
    const ended = spool.finish('hangup');
    await vi.advanceTimersByTimeAsync(60_000);
    return ended;
  };
  const last = () => events.filter((event) => event.type === 'state').at(-1);
  return { files, server, events, spool, talk, finish, last };
};

beforeEach(() => {
  vi.useFakeTimers();
  digestAtOnce();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('Spool', () => {
  it('sends each chunk while talking, finishes at the end and leaves nothing', async () => {
    const { files, server, talk, finish, events } = make();
    await talk(3);
    expect(server.chunks.size).toBeGreaterThanOrEqual(2);
    expect(await finish()).toBe('finished');
    const lastSeq = Math.max(...server.chunks.keys());
    expect(server.finishes).toEqual([{ last_seq: lastSeq, reason: 'hangup' }]);
    const messages = [...server.chunks.values()].flatMap((bytes) => readChunk(bytes).messages);
    expect(messages).toHaveLength(150);
    expect(files.removed).toBe(true);
    expect(events.some((event) => event.type === 'journal-failed')).toBe(false);
  });

  it('leaves nothing when removing a file takes longer than finish', async () => {
    const { files, talk, finish } = make();
    files.removing = new Promise((resolve) => setTimeout(resolve, 4000));
    await talk(2);
    expect(await finish()).toBe('finished');
    expect(files.removed).toBe(true);
  });

  it('keeps what has no 2xx, says how much, and sends it when the server is back', async () => {
    const { files, server, talk, finish, last } = make();
    server.chunkStatus = () => 0;
    await talk(4);
    expect(last()).toMatchObject({
      ...{ server: 'unreachable', waitingChunks: 3, answers: 'no answer' },
    });
    expect(files.files.size).toBeGreaterThanOrEqual(4);
    server.chunkStatus = () => 201;
    await talk(4, 4);
    expect(last()).toMatchObject({ server: 'reachable' });
    expect(await finish()).toBe('finished');
    const messages = [...server.chunks.values()].flatMap((bytes) => readChunk(bytes).messages);
    expect(messages).toHaveLength(400);
  });

  it('leaves the rest with its end when the server stays away', async () => {
    const { files, server, talk, finish } = make();
    server.chunkStatus = () => 0;
    server.finishStatus = 0;
    await talk(2);
    expect(await finish()).toBe('left');
    expect(files.removed).toBe(false);
    const lastSeq = Math.max(
      ...[...files.files].filter(([, bytes]) => bytes.length > 0).map(([seq]) => seq),
    );
    expect(files.meta?.end).toEqual({ lastSeq, reason: 'hangup' });
    expect([...files.open]).toEqual([]);
  });

  it('says that the disk of the server is full, and goes on', async () => {
    const { server, talk, finish, last } = make();
    server.chunkStatus = () => 507;
    await talk(3);
    expect(last()).toMatchObject({ server: 'disk-full' });
    const asked = server.requests.filter((request) => request.startsWith('PUT')).length;
    expect(asked).toBeLessThanOrEqual(2);
    server.chunkStatus = () => 201;
    await talk(12, 3);
    expect(last()).toMatchObject({ server: 'reachable' });
    expect(await finish()).toBe('finished');
  });

  it('stops recording when the recording was erased', async () => {
    const { files, server, talk, finish, events } = make();
    server.chunkStatus = () => 410;
    await talk(3);
    expect(events.filter((event) => event.type === 'journal-failed')).toEqual([
      { type: 'journal-failed', message: 'This recording was deleted on the server.' },
    ]);
    expect(await finish()).toBe('finished');
    expect(files.removed).toBe(true);
    expect(server.finishes).toEqual([]);
  });

  it('keeps a chunk that the server refuses, and finishes the rest', async () => {
    const { files, server, talk, finish } = make();
    server.chunkStatus = (seq) => (seq === 1 ? 409 : 201);
    await talk(3);
    expect(await finish()).toBe('finished');
    expect(server.finishes).toHaveLength(1);
    expect(files.removed).toBe(false);
    expect(files.files.get(1)?.length).toBeGreaterThan(0);
    expect(server.requests.filter((request) => request.endsWith('/chunks/1'))).toHaveLength(1);
  });

  it.each<[string, () => Response]>([
    ['a captive portal', page(200)],
    ['a page that calls itself created', page(201)],
    ['a proxy that restarts', page(404, 'text/plain')],
    ['a cache that says gone', page(410)],
    ['a proxy with JSON errors', () => Response.json({ error: 'no route' }, { status: 404 })],
    ['a proxy that is well', () => Response.json({ status: 'ok' })],
    ['a server that names another chunk', () => Response.json({ seq: 99 }, { status: 201 })],
    ['an empty answer', () => new Response(null, { status: 204 })],
    ['a redirect', () => new Response(null, { status: 302, headers: { Location: '/login' } })],
  ])('%s for three seconds costs nothing', async (_, answer) => {
    const { files, server, talk, finish, events, last } = make();
    server.chunkStatus = () => answer;
    await talk(3);
    expect(last()).toMatchObject({ server: 'unreachable' });
    expect(last()?.answers).not.toBe('');
    expect(server.chunks.size).toBe(0);
    server.chunkStatus = () => 201;
    await talk(3, 3);
    expect(last()).toMatchObject({ server: 'reachable', answers: '', kept: null });
    expect(await finish()).toBe('finished');
    const messages = [...server.chunks.values()].flatMap((bytes) => readChunk(bytes).messages);
    expect(messages).toHaveLength(300);
    expect(server.recording().state).toBe('complete');
    expect(files.removed).toBe(true);
    expect(events.some((event) => event.type === 'journal-failed')).toBe(false);
  });

  it('a sign-in page for finish leaves the journal where it is', async () => {
    const { files, server, talk, finish } = make();
    server.finishStatus = page(200);
    await talk(2);
    expect(await finish()).toBe('left');
    expect(files.removed).toBe(false);
    expect(files.meta?.end).toMatchObject({ reason: 'hangup' });
  });

  it('a chunk that a firewall always answers is named in the record and kept; all else arrives', async () => {
    const { files, server, talk, finish, last } = make();
    server.chunkStatus = (seq) => (seq === 1 ? page(403) : 201);
    await talk(12);
    expect(last()).toMatchObject({
      server: 'reachable',
      waitingChunks: 0,
      kept: { chunks: 1, by: 'network', words: '403 text/html' },
    });
    expect(await finish()).toBe('finished');
    const lastSeq = Math.max(...server.chunks.keys());
    expect(server.finishes).toEqual([{ last_seq: lastSeq, reason: 'hangup' }]);
    expect(server.chunks.size).toBe(lastSeq);
    expect(server.recording().state).toBe('complete_with_gaps');
    expect(files.removed).toBe(false);
    expect([...files.files].filter(([, bytes]) => bytes.length > 0).map(([seq]) => seq)).toEqual([
      1,
    ]);
    const events = [...server.chunks.values()]
      .flatMap((bytes) => readChunk(bytes).messages)
      .filter((message) => message.topic === '/events')
      .map((message) => JSON.parse(new TextDecoder().decode(message.data)));
    expect(events).toMatchObject([
      { kind: 'journal', state: 'kept', seq: 1, by: 'network', message: '403 text/html' },
    ]);
  });

  it('tells of a message that was too large', async () => {
    const { server, spool, finish } = make();
    await vi.advanceTimersByTimeAsync(1);
    const text = 'x'.repeat(5_000_000);
    spool.append([{ topic: '/wire/rx', logTimeUs: 1, data: { text } }, eventEntry('mute')]);
    await finish();
    const [chunk] = server.chunks.values();
    const kinds = readChunk(chunk ?? new Uint8Array(0)).messages.map(
      (message) => JSON.parse(new TextDecoder().decode(message.data)).kind,
    );
    expect(kinds.sort()).toEqual(['error', 'mute']);
  });
});
