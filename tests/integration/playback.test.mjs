// Views: ready soon after the end, kept over a restart, made anew when more comes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { eventually, sleep, startServer, syntheticChunks } from '../harness/programs.mjs';

const seconds = 30;
let chunks;
before(async () => {
  chunks = await syntheticChunks(seconds);
});

const ownFiles = { skip: process.env.TEST_BUCKET ? 'it looks into the files of views' : false };
const manifest = (server, id) => server.ask('GET', `/api/recordings/${id}`);
const ready = (server, id) => eventually(() => manifest(server, id), ({ body }) => body.media !== null);
const finish = (server, id, last_seq, reason = 'hangup') =>
  server.ask('POST', `/api/recordings/${id}/finish`, { last_seq, reason });
async function mediaHash(server, id) {
  const response = await server.fetch(`/api/recordings/${id}/media`);
  return createHash('sha256').update(Buffer.from(await response.arrayBuffer())).digest('hex');
}
async function putAll(server, id, seqs = chunks.keys()) {
  for (const seq of seqs) assert.equal((await server.put(id, seq, chunks[seq])).status, 201);
}

test('the manifest of a running recording grows; after the end the media is ready within 10 s', async () => {
  const server = await startServer();
  const { id } = await server.begin();
  await putAll(server, id, [...chunks.keys()].slice(0, 25));
  const growing = await eventually(() => manifest(server, id), ({ body }) => body.turns.length > 0);
  assert.equal(growing.body.media, null);
  await putAll(server, id, [...chunks.keys()].slice(25));
  await sleep(500);
  const began = Date.now();
  await finish(server, id, chunks.length - 1);
  const done = await ready(server, id);
  const tookMs = Date.now() - began;
  assert.ok(tookMs < 10_000, `${tookMs} ms`);
  assert.equal(done.body.recording.state, 'complete');
  assert.ok(Math.abs(done.body.media.duration_ms - seconds * 1000) < 2000, `${done.body.media.duration_ms} ms`);
  assert.equal(done.body.recording.duration_ms, done.body.media.duration_ms);
  // The server's clock dates the recording; the device's own time is given in addition.
  assert.equal(done.body.started_at, done.body.recording.created_at);
  assert.ok(Math.abs(Date.parse(done.body.started_at) - began) < 120_000, done.body.started_at);
  assert.ok(!Number.isNaN(Date.parse(done.body.device_started_at)), done.body.device_started_at);
  await server.stop();
});

test('as chunks arrive, after a restart in the middle, and from scratch: the same bytes', async () => {
  let server = await startServer();
  const { id } = await server.begin();
  await putAll(server, id);
  await finish(server, id, chunks.length - 1);
  await ready(server, id);
  const asTheyCame = await mediaHash(server, id);

  const second = await server.begin();
  await putAll(server, second.id, [...chunks.keys()].slice(0, 12));
  server = await server.restart('SIGKILL');
  await putAll(server, second.id, [...chunks.keys()].slice(12));
  await finish(server, second.id, chunks.length - 1);
  await ready(server, second.id);
  assert.equal(await mediaHash(server, second.id), asTheyCame);
  assert.equal(await mediaHash(server, id), asTheyCame, 'kept over the restart');
  assert.equal((await manifest(server, id)).body.media.version, 1, 'and not made anew');

  await server.program.stop();
  rmSync(join(server.dataDir, 'views'), { recursive: true });
  server = await server.restart();
  await ready(server, id);
  assert.equal(await mediaHash(server, id), asTheyCame, 'the views are only a cache');
  await server.stop();
});

test('chunks out of order make the same media', async () => {
  const server = await startServer();
  const first = await server.begin();
  await putAll(server, first.id);
  await finish(server, first.id, chunks.length - 1);
  const second = await server.begin();
  await putAll(server, second.id, [3, 1, 0, 2, ...[...chunks.keys()].slice(4).reverse()]);
  await finish(server, second.id, chunks.length - 1);
  await ready(server, first.id);
  await ready(server, second.id);
  assert.equal(await mediaHash(server, second.id), await mediaHash(server, first.id));
  await server.stop();
});

test('late chunks heal the recording and begin a new version; the old one plays on', async () => {
  const server = await startServer();
  const { id } = await server.begin();
  await putAll(server, id, [...chunks.keys()].filter((seq) => seq !== 7 && seq !== 8));
  assert.equal((await finish(server, id, chunks.length - 1, 'crash')).body.state, 'complete_with_gaps');
  const gaps = await ready(server, id);
  assert.equal(gaps.body.media.version, 1);
  assert.deepEqual(gaps.body.recording.missing_seqs, [7, 8]);
  assert.equal(gaps.body.refolding, false);
  const microphone = ({ loss }) => loss.channels.find(({ channel }) => channel === 'microphone');
  assert.ok(microphone(gaps.body).missing > 0);
  await putAll(server, id, [8, 7]);
  assert.equal((await manifest(server, id)).body.recording.state, 'complete');
  // From here on the recording is called complete, and what is said about its sound is either final or marked as not
  // final.
  const healed = await eventually(
    async () => {
      const answer = await manifest(server, id);
      const { refolding, media } = answer.body;
      assert.equal(refolding || microphone(answer.body).missing === 0, true, JSON.stringify({ refolding, media }));
      return answer;
    },
    ({ body }) => !body.refolding,
  );
  assert.equal(healed.body.media.version, 2);
  assert.equal((await server.fetch(`/api/recordings/${id}/media?version=1`)).status, 200);

  const whole = await server.begin();
  await putAll(server, whole.id);
  await finish(server, whole.id, chunks.length - 1, 'crash');
  await ready(server, whole.id);
  assert.equal(await mediaHash(server, id), await mediaHash(server, whole.id));
  assert.deepEqual(healed.body.loss.chunks_stored, chunks.length);
  await server.stop();
});

test('a recording of nothing is ready too', async () => {
  const server = await startServer();
  const { id } = await server.begin();
  await finish(server, id, -1, 'error');
  const done = await ready(server, id);
  assert.equal(done.body.recording.state, 'complete');
  assert.equal(done.body.media.duration_ms, 0);
  assert.deepEqual(done.body.turns, []);
  await server.stop();
});

test('erased while it is folded: nothing is left', async () => {
  const server = await startServer();
  const { id } = await server.begin();
  await putAll(server, id);
  await finish(server, id, chunks.length - 1);
  await server.erase(`/api/recordings/${id}`);
  await sleep(300);
  assert.equal((await manifest(server, id)).status, 410);
  assert.throws(() => rmSync(join(server.dataDir, 'views', id), { recursive: true }), { code: 'ENOENT' });
  await server.stop();
});

test('media that was just played is gone when the answer to its deletion is there', async () => {
  const server = await startServer();
  for (const whole of [false, true]) {
    const { id, chat } = await server.begin();
    await putAll(server, id);
    await finish(server, id, chunks.length - 1);
    await ready(server, id);
    const range = () => server.fetch(`/api/recordings/${id}/media`, { headers: { range: 'bytes=0-9' } });
    for (let i = 0; i < 3; i++) assert.equal((await range()).status, 206);
    const busy = Array.from({ length: 20 }, range);
    const gone = await server.ask('DELETE', whole ? `/api/chats/${chat.id}` : `/api/recordings/${id}`);
    assert.ok([202, 204].includes(gone.status), `${gone.status}`);
    assert.equal((await range()).status, 410);
    await Promise.all(busy);
    assert.equal((await range()).status, 410);
  }
  await server.stop();
});

test('views that are deleted while the server runs are made anew', ownFiles, async () => {
  const server = await startServer();
  const { id } = await server.begin();
  await putAll(server, id);
  await finish(server, id, chunks.length - 1);
  await ready(server, id);
  const before = await mediaHash(server, id);
  rmSync(join(server.dataDir, 'views', id), { recursive: true });
  await eventually(
    () => server.fetch(`/api/recordings/${id}/media`),
    ({ status }) => status === 200,
  );
  assert.equal(await mediaHash(server, id), before);
  await server.stop();
});

test('a still picture that is missing or damaged is made anew, and goes with its recording', ownFiles, async () => {
  const server = await startServer();
  const { id } = await server.begin();
  await putAll(server, id);
  await finish(server, id, chunks.length - 1);
  await ready(server, id);
  const ask = (what) => server.fetch(`/api/recordings/${id}/${what}`);
  const bytesOf = async (what) => Buffer.from(await (await ask(what)).arrayBuffer());
  const files = { 'thumbnail?size=small': 'thumbnail-small.jpg', 'thumbnail?size=large': 'thumbnail-large.jpg', strip: 'strip.jpg' };
  for (const [what, file] of Object.entries(files)) {
    const before = await bytesOf(what);
    for (const harm of [rmSync, (path) => writeFileSync(path, before.subarray(0, -1)), (path) => writeFileSync(path, Buffer.concat([before.subarray(0, -1), Buffer.from('x')]))]) {
      const { version } = (await manifest(server, id)).body.media;
      harm(join(server.dataDir, 'views', id, String(version), file));
      const refused = await ask(what);
      assert.equal(refused.status, 409, `${what} ${await refused.text()}`);
      assert.equal(refused.headers.get('retry-after'), '1');
      await eventually(() => ask(what), ({ status }) => status === 200);
      assert.ok((await bytesOf(what)).equals(before), what);
    }
  }
  await server.erase(`/api/recordings/${id}`);
  for (const what of Object.keys(files)) assert.equal((await ask(what)).status, 410, what);
  assert.equal(existsSync(join(server.dataDir, 'views', id)), false);
  await server.stop();
});
