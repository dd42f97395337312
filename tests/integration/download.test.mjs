// The whole recording as one file: length, ranges, validators.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startServer, syntheticChunks } from '../harness/programs.mjs';

const { McapIndexedReader } = createRequire(join(root, 'web/package.json'))('@mcap/core');

let server;
let chunks;
before(async () => {
  [server, chunks] = await Promise.all([startServer(), syntheticChunks(20)]);
});
after(() => server.stop());

const ask = (id, headers = {}, method = 'GET') => server.fetch(`/api/recordings/${id}/recording.mcap`, { method, headers });
const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());
/** A finished recording of all chunks except those in `without`. */
async function recorded(without = []) {
  const { id } = await server.begin();
  for (const [seq, bytes] of chunks.entries()) if (!without.includes(seq)) assert.equal((await server.put(id, seq, bytes)).status, 201);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  return id;
}

test('GET and HEAD name length, validator and ranges', async () => {
  const id = await recorded();
  const head = await ask(id, {}, 'HEAD');
  const whole = await ask(id);
  const bytes = await bytesOf(whole);
  for (const response of [head, whole]) {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-length'), String(bytes.length));
    assert.equal(response.headers.get('accept-ranges'), 'bytes');
    assert.equal(response.headers.get('content-type'), 'application/vnd.mcap');
    assert.match(response.headers.get('etag'), /^"[0-9a-f]{32}"$/);
    assert.match(response.headers.get('content-disposition'), /live-session-.*\.mcap/);
  }
  assert.equal(head.headers.get('etag'), whole.headers.get('etag'));
});

test('a download that broke off goes on where it was, and a changed file begins anew', async () => {
  const id = await recorded([7]);
  const first = await ask(id);
  const etag = first.headers.get('etag');
  const bytes = await bytesOf(first);
  const at = Math.floor(bytes.length / 2);
  const rest = await ask(id, { range: `bytes=${at}-`, 'if-range': etag });
  assert.equal(rest.status, 206);
  assert.equal(rest.headers.get('content-range'), `bytes ${at}-${bytes.length - 1}/${bytes.length}`);
  assert.deepEqual(await bytesOf(rest), bytes.subarray(at));
  assert.equal((await ask(id, { 'if-none-match': etag })).status, 304);
  assert.equal((await ask(id, { range: `bytes=${bytes.length}-` })).status, 416);
  // The late chunk makes the file a different one.
  assert.equal((await server.put(id, 7, chunks[7])).status, 201);
  const anew = await ask(id, { range: `bytes=${at}-`, 'if-range': etag });
  assert.equal(anew.status, 200);
  assert.notEqual(anew.headers.get('etag'), etag);
  assert.ok((await bytesOf(anew)).length > bytes.length);
  assert.equal((await ask(id, { 'if-match': etag })).status, 412);
});

test('a reader from afar gets by with a few ranges', async () => {
  const id = await recorded();
  const length = Number((await ask(id, {}, 'HEAD')).headers.get('content-length'));
  let read = 0;
  const far = {
    size: async () => BigInt(length),
    read: async (offset, size) => {
      read += Number(size);
      const response = await ask(id, { range: `bytes=${offset}-${offset + size - 1n}` });
      assert.equal(response.status, 206);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
  const reader = await McapIndexedReader.Initialize({ readable: far });
  let sessions = 0;
  for await (const message of reader.readMessages({ topics: ['/session'] })) sessions += message.data.length > 0 ? 1 : 0;
  assert.ok(sessions >= 1);
  assert.ok(read < length, `${read} of ${length} bytes`);
});

test('many who ask at once get one file', async () => {
  const id = await recorded();
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(id).then(bytesOf)));
  for (const bytes of answers) assert.ok(bytes.equals(answers[0]));
  const files = readdirSync(join(server.dataDir, 'views', id)).filter((name) => name.startsWith('download-'));
  assert.equal(files.length, 1);
});

test('while it runs it is sent as it is: whole, without a length, and without ranges', async () => {
  const { id } = await server.begin();
  for (const [seq, bytes] of chunks.slice(0, 3).entries()) assert.equal((await server.put(id, seq, bytes)).status, 201);
  const whole = await ask(id);
  const ranged = await ask(id, { range: 'bytes=100-199' });
  const resumed = await ask(id, { range: 'bytes=100-', 'if-range': '"0123456789abcdef0123456789abcdef"' });
  const head = await ask(id, {}, 'HEAD');
  for (const response of [whole, ranged, resumed, head]) {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('accept-ranges'), 'none');
    assert.equal(response.headers.get('content-length'), null);
    assert.equal(response.headers.get('etag'), null);
  }
  const bytes = await bytesOf(whole);
  assert.deepEqual(await bytesOf(ranged), bytes);
  assert.deepEqual(await bytesOf(resumed), bytes);
  assert.equal((await bytesOf(head)).length, 0);
  const readable = { size: async () => BigInt(bytes.length), read: async (offset, size) => bytes.subarray(Number(offset), Number(offset + size)) };
  const reader = await McapIndexedReader.Initialize({ readable });
  assert.ok(reader.statistics.messageCount > 100n, 'a file that any reader opens');
});

test('erased is gone, its file too', async () => {
  const id = await recorded();
  await bytesOf(await ask(id));
  await server.ask('DELETE', `/api/recordings/${id}`);
  assert.equal((await ask(id)).status, 410);
  assert.ok(!readdirSync(join(server.dataDir, 'views')).includes(id));
});
