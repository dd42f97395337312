// One recording must not slow down the others: hostile chunks, clients that do not read, long lists.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { before, test } from 'node:test';
import { chunkOf, kPageUs, pictureOf } from '../harness/chunks.mjs';
import {
  binary, cleanEnvironment, digestOf, eventually, remove, sleep, startServer, syntheticChunks, temporaryFolder,
} from '../harness/programs.mjs';

let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
});

const kDayFrames = 24 * 3600 * 48_000;
/**
 * A chunk that names the position `frame`. As chunk `seq` of a recording that may be that long, it makes hours of
 * silence.
 */
const farChunk = (frame) =>
  chunkOf([{ topic: '/clock', data: { kind: 'output', context_frame: frame, page_us: kPageUs } }]);
/** With so high a seq a whole day is plausible. */
const kFarSeq = 10_000;

const timed = async (promise) => {
  const began = performance.now();
  const result = await promise;
  return { ms: performance.now() - began, result };
};
/** Resident memory in bytes: the present value and the maximum. */
const memory = (server) => {
  const status = readFileSync(`/proc/${server.program.child.pid}/status`, 'utf8');
  const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) * 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
};

async function finished(server, chunksOf) {
  const { id } = await server.begin();
  for (const [seq, bytes] of chunksOf.entries()) assert.equal((await server.put(id, seq, bytes)).status, 201);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunksOf.length - 1, reason: 'hangup' });
  await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body?.media, 120_000);
  return id;
}

/** A recording whose fold takes many seconds. */
async function hostile(server) {
  const { id } = await server.begin();
  assert.equal((await server.put(id, kFarSeq, farChunk(kDayFrames - 1))).status, 201);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: kFarSeq, reason: 'crash' });
  return id;
}

test('a first position a day ahead is not believed of a first chunk', async () => {
  const server = await startServer();
  const bytes = farChunk(kDayFrames - 1);
  assert.ok(bytes.length < 400, `${bytes.length} bytes`);
  const id = await finished(server, [bytes]);
  const { body } = await server.ask('GET', `/api/recordings/${id}`);
  assert.ok(body.media.duration_ms < 120_000, `${body.media.duration_ms} ms`);
  await server.stop();
});

test('while a day of silence is folded, others open and delete, and the server stops in time', async () => {
  const server = await startServer();
  const other = await finished(server, chunks);
  const [day, next] = [await hostile(server), await hostile(server), await hostile(server)];
  await sleep(500); // all of them are being folded
  for (const path of ['', '/waveform', '/captions.vtt', '/events']) {
    const opened = await server.fetch(`/api/recordings/${other}${path}`);
    assert.equal(opened.status, 200);
    await opened.text();
  }
  const growing = async (id) => assert.equal((await server.ask('GET', `/api/recordings/${id}`)).body.media, null, 'it is still being folded');
  await growing(day);
  assert.ok([202, 204].includes((await server.ask('DELETE', `/api/recordings/${day}`)).status));
  await growing(next);   // so nothing waited for a fold
  const stopped = await timed(server.program.stop());
  assert.equal(stopped.result, 0);
  assert.ok(stopped.ms < 20_000, `SIGTERM: ${stopped.ms} ms`);
  assert.doesNotMatch(server.program.log, /"level":"error"/);
  await server.stop();
});

test('what a chunk claims decides neither memory nor the size of a view', async () => {
  const server = await startServer();
  const before = memory(server).peak;
  const huge = pictureOf('key 4096x4096', Buffer.from([0x82, 0x49, 0x83, 0x42, 0, 0]));
  await finished(server, [chunkOf([
    { topic: '/camera/video', data: huge },
    { topic: '/clock', data: { kind: 'output', context_frame: 480_000, page_us: kPageUs + 10_000_000 }, pageUs: kPageUs + 10_000_000 },
  ])]);
  const withPicture = memory(server).peak;
  assert.ok(withPicture - before < 200e6, `a picture: ${(withPicture - before) / 1e6} MB`);

  const words = '字'.repeat(20_000);
  const said = { socket: 0, text: JSON.stringify({ serverContent: { inputTranscription: { text: words } } }) };
  const text = chunkOf(Array.from({ length: 115 }, (_, index) => ({ topic: '/wire/rx', sequence: index, data: { ...said, index } })));
  assert.ok(text.length > 6.5e6 && text.length < 8 * 1024 * 1024, `${text.length} bytes`);
  const id = await finished(server, [text]);
  const { body, text: manifest } = await server.ask('GET', `/api/recordings/${id}`);
  assert.ok(manifest.length < 32e6, `manifest of ${manifest.length} bytes`);
  assert.ok(memory(server).peak - withPicture < 400e6, `words: ${(memory(server).peak - withPicture) / 1e6} MB`);
  const cut = body.loss.channels.find(({ channel }) => channel === 'words');
  assert.equal(cut.kept + cut.missing, 115 * 60_000, 'the loss report says how much is not shown');
  await server.stop();
});

/** A socket to which `head` and then `body` were sent. It reads nothing until it is told to. */
async function open(server, head, body = '') {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.pause();
  await once(socket, 'connect');
  socket.write(head);
  if (body.length > 0) socket.write(body);
  return socket;
}
const putHead = (id, seq, bytes, length, more = '') =>
  `PUT /api/recordings/${id}/chunks/${seq} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/vnd.mcap\r\n` +
  `Content-Digest: ${digestOf(bytes)}\r\nContent-Length: ${length}\r\n${more}\r\n`;

test('uploads that are held take bounded memory, and give it back', async () => {
  const server = await startServer();
  const { id } = await server.begin();
  const before = memory(server).now;
  const part = Buffer.alloc(7_700_000, 7);
  const held = [];
  for (let i = 0; i < 60; ++i) held.push(await open(server, putHead(id, i, part, 8_000_000), part));
  await sleep(2000);
  const during = memory(server).now;
  assert.ok(during - before < 200e6, `held: ${(during - before) / 1e6} MB`);
  assert.equal((await server.fetch('/healthz')).status, 200);
  for (const socket of held) socket.destroy();
  await eventually(() => memory(server).now, (now) => now - before < 40e6);
  assert.equal((await server.put(id, 0, chunks[0])).status, 201);
  await server.stop();
});

test('the row is looked at before the body is asked for', async () => {
  const server = await startServer();
  const { id } = await server.begin();
  await server.ask('DELETE', `/api/recordings/${id}`);
  const socket = await open(server, putHead(id, 0, chunks[0], 100, 'Expect: 100-continue\r\n'));
  socket.resume();
  const [answer] = await once(socket, 'data');
  assert.match(answer.toString(), /^HTTP\/1\.1 410 /);
  socket.destroy();
  await server.stop();
});

test('a log that nobody reads stops nobody', async () => {
  const dataDir = temporaryFolder();
  const child = spawn(binary('reprise'), ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment(),
  });
  child.stderr.pause();
  const [line] = await once(child.stdout, 'data');
  const url = /ready (\S+)/.exec(line.toString())[1];
  for (let i = 0; i < 1000; ++i) {
    const answer = await Promise.race([fetch(`${url}/api/chats`), sleep(10_000)]);
    assert.equal(answer?.status, 200, `request ${i}`);
    await answer.arrayBuffer();
  }
  child.kill('SIGTERM');
  const stopped = await timed(once(child, 'exit'));
  assert.equal(stopped.result[0], 0);
  assert.ok(stopped.ms < 20_000, `${stopped.ms} ms`);
  remove(dataDir);
});

test('lists come in pages', async () => {
  const server = await startServer();
  const made = [];
  for (let i = 0; i < 130; ++i) made.push((await server.ask('POST', '/api/chats', { title: `Chat ${i}` })).body.id);
  const walk = async (query) => {
    const pages = [];
    for (let cursor = ''; ;) {
      const { status, body } = await server.ask('GET', `/api/chats?${query}${cursor && `&cursor=${cursor}`}`);
      assert.equal(status, 200);
      pages.push(body.chats.map(({ id }) => id));
      if (body.next_cursor === null) return pages;
      cursor = body.next_cursor;
    }
  };
  const newestFirst = made.toReversed();
  assert.deepEqual((await walk('')).map(({ length }) => length), [50, 50, 30], 'fifty by default');
  for (const limit of [1, 7, 130, 200]) assert.deepEqual((await walk(`limit=${limit}`)).flat(), newestFirst, `limit ${limit}`);
  for (const path of ['chats', 'recordings', `chats/${made[0]}/messages`]) {
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=x', 'cursor=']) {
      assert.equal((await server.ask('GET', `/api/${path}?${query}`)).status, 400, `${path}?${query}`);
    }
  }
  await server.stop();
});
