// The life of a recording in a bucket of fake-gcs-server, a stand-in that we did not write. It is lenient (it checks neither
// tokens nor hashes), so this proves only that we speak the JSON API. Runs with TEST_LONG=1.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from '../harness/ports.mjs';
import { eventually, remove, root, run, startServer, syntheticChunks } from '../harness/programs.mjs';

const long = process.env.TEST_LONG === '1';
const program = join(root, 'build/peers/fake-gcs-server');
let peer;
let url;
before(async () => {
  if (!long) return;
  assert.ok(existsSync(program), 'not built: ./dev test --long builds it');
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  peer = spawn(program, ['-backend', 'memory', '-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-external-url', url]);
  await eventually(() => fetch(`${url}/storage/v1/b`).then(({ status }) => status, () => 0), (status) => status === 200);
  const made = await fetch(`${url}/storage/v1/b?project=test`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'test-bucket' }),
  });
  assert.equal(made.status, 200);
});
after(async () => {
  if (!peer || peer.exitCode !== null) return;
  peer.kill('SIGKILL');
  await once(peer, 'exit');
});

/** The names of all objects in the bucket. */
async function names() {
  const { items = [] } = await (await fetch(`${url}/storage/v1/b/test-bucket/o?maxResults=1000`)).json();
  return items.map(({ name }) => name).sort();
}

(long ? test : () => {})('a recording is stored in fake-gcs-server, played, found again after a restart, and erased', async () => {
  const chunks = await syntheticChunks(40);
  const env = { REPRISE_BLOB_STORE: `gs://test-bucket/some/prefix?endpoint=${encodeURIComponent(url)}`, REPRISE_GCS_TOKEN: 'any', no_proxy: '*' };
  let server = await startServer({ env });
  const { id } = await server.begin();
  for (const [seq, bytes] of chunks.entries()) assert.equal((await server.put(id, seq, bytes)).status, 201);
  assert.equal((await server.put(id, 3, chunks[3])).status, 201, 'a repeat');
  assert.equal((await server.put(id, 3, chunks[4])).status, 409);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  const { body } = await eventually(() => server.ask('GET', `/api/recordings/${id}`), (answer) => answer.body.media !== null);
  assert.equal(body.recording.state, 'complete');
  const film = Buffer.from(await (await server.fetch(body.media.url)).arrayBuffer());
  assert.ok(film.length > 100_000);
  assert.ok((await names()).every((name) => name.startsWith('some/prefix/')) && (await names()).length > 1);

  server = await server.restart();
  remove(join(server.dataDir, 'view-cache'));
  const range = await server.fetch(body.media.url, { headers: { range: 'bytes=1000-1999' } });
  assert.equal(range.status, 206);
  assert.deepEqual(Buffer.from(await range.arrayBuffer()), film.subarray(1000, 2000));
  const whole = Buffer.from(await (await server.fetch(`/api/recordings/${id}/recording.mcap`)).arrayBuffer());
  assert.ok(whole.length > chunks.reduce((sum, bytes) => sum + bytes.length, 0) / 2);
  const looked = await run('reprise', ['reconcile', '--data-dir', server.dataDir]);
  assert.match(looked.stdout, /40 chunks: 0 without their object/, looked.stderr);

  assert.ok([202, 204].includes((await server.ask('DELETE', `/api/recordings/${id}`)).status));
  await eventually(names, (left) => left.length === 1); // the installation's id
  assert.equal((await server.fetch(body.media.url)).status, 410);
  assert.equal(await server.stop(), 0);
});
