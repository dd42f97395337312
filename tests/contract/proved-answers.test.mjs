// How the browser recognises an answer of our server (web/src/api/meaning.ts). Without that proof nothing leaves the
// journal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { digestOf, sha256, startServer, syntheticChunks } from '../harness/programs.mjs';

let server;
let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
  server = await startServer();
});
after(() => server.stop());

const isJson = (response) => /^application\/json\b/.test(response.headers.get('content-type'));

test('201 for a chunk names its seq and SHA-256, also when it is sent again', async () => {
  const { id } = await server.begin();
  for (const seq of [0, 1, 0]) {
    const response = await server.put(id, seq, chunks[seq]);
    assert.equal(response.status, 201);
    assert.ok(isJson(response));
    const body = await response.json();
    assert.equal(body.seq, seq);
    assert.equal(body.sha256, sha256(chunks[seq]).toString('hex'));
  }
});

test('200 for finish, for the recording and for its chunks name what was asked for', async () => {
  const { id } = await server.begin();
  await (await server.put(id, 0, chunks[0])).arrayBuffer();
  const running = await server.ask('GET', `/api/recordings/${id}`);
  assert.equal(running.body.recording.id, id);
  assert.equal(running.body.recording.state, 'recording');
  const finished = await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: 1, reason: 'hangup' });
  assert.equal(finished.status, 200);
  assert.equal(finished.body.id, id);
  assert.equal(finished.body.state, 'complete_with_gaps');
  const listing = await server.ask('GET', `/api/recordings/${id}/chunks`);
  assert.deepEqual(listing.body.chunks.map(({ seq }) => seq), [0]);
  assert.equal(listing.body.last_seq, 1);
  assert.equal(listing.body.highest_seq, 0);
  assert.equal(listing.body.next_cursor, null);
});

test('every refusal is a problem with our type and the status that it came with', async () => {
  const { id } = await server.begin();
  const fresh = (await server.begin()).id;
  const erased = (await server.begin()).id;
  await (await server.put(id, 0, chunks[0])).arrayBuffer();
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: 0, reason: 'hangup' });
  await (await server.fetch(`/api/recordings/${erased}`, { method: 'DELETE', headers: { 'X-Reprise': '1' } })).arrayBuffer();
  const put = (recording, seq, bytes, headers = {}) =>
    server.fetch(`/api/recordings/${recording}/chunks/${seq}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/vnd.mcap', 'Content-Digest': digestOf(bytes), 'X-Reprise': '1', ...headers },
      body: bytes,
    });
  const unknown = '019361a0-0000-7000-8000-00000000ffff';
  const cases = [
    ['other bytes under this seq', () => put(id, 0, chunks[1]), 409],
    ['beyond the last', () => put(id, 1, chunks[1]), 409],
    ['damaged on the way', () => put(fresh, 0, chunks[0], { 'Content-Digest': digestOf(chunks[1]) }), 422],
    ['no digest', () => put(id, 0, chunks[0], { 'Content-Digest': '' }), 400],
    ['another type', () => put(id, 0, chunks[0], { 'Content-Type': 'text/plain' }), 415],
    ['not known', () => put(unknown, 0, chunks[0]), 404],
    ['erased', () => put(erased, 0, chunks[0]), 410],
    ['no such route', () => server.fetch('/api/nothing'), 404],
  ];
  for (const [name, ask, status] of cases) {
    const response = await ask();
    assert.equal(response.status, status, name);
    assert.match(response.headers.get('content-type'), /^application\/problem\+json\b/, name);
    const body = await response.json();
    assert.match(body.type, /^urn:reprise:problem:./, name);
    assert.equal(body.status, status, name);
    assert.equal(typeof body.title, 'string', name);
  }
});
