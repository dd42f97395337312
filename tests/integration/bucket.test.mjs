// A bucket instead of the data directory: the strict fake of Google Cloud Storage, which fails, is slow, lies, or is away.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { freePort } from '../harness/ports.mjs';
import { databaseOf, eventually, remove, run, sha256, sleep, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

const folder = temporaryFolder();
after(() => remove(folder));
let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
});

const ready = async (server) => (await server.fetch('/readyz')).status;
const place = (fake, prefix = 'own/place') => `gs://test-bucket/${prefix}?endpoint=${encodeURIComponent(fake.url)}`;
function settings(fake, prefix) {
  const key = join(folder, `key-${fake.server.address().port}.json`);
  writeFileSync(key, JSON.stringify(fake.account), { mode: 0o600 });
  return { REPRISE_BLOB_STORE: place(fake, prefix), GOOGLE_APPLICATION_CREDENTIALS: key, no_proxy: '*' };
}
const serverOn = (fake, more = {}) => startServer({ env: settings(fake), ...more });
const names = (fake, below = 'own/place/') => [...fake.bucket.objects.keys()].filter((name) => name.startsWith(below)).sort();

async function record(server, count = chunks.length) {
  const { id, chat } = await server.begin();
  for (let seq = 0; seq < count; ++seq) assert.equal((await server.put(id, seq, chunks[seq])).status, 201);
  const finished = await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: count - 1, reason: 'hangup' });
  assert.equal(finished.body.state, 'complete');
  await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null);
  return { id, chat };
}
const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());

test('chunks lie in the bucket; the recording plays, is downloaded, survives a restart, and is erased without a trace', async () => {
  const fake = await FakeGcs.start();
  let server = await serverOn(fake);
  assert.equal(await ready(server), 200);
  const { id } = await record(server);
  assert.equal((await server.put(id, 3, chunks[3])).status, 201, 'a repeat is no second chunk');
  assert.equal((await server.put(id, 3, chunks[4])).status, 409);
  const stored = names(fake, 'own/place/recordings/');
  assert.equal(stored.length, chunks.length);
  assert.deepEqual(fake.bucket.objects.get(stored[7]).bytes, chunks[7], 'as they were uploaded');
  assert.ok(!existsSync(join(server.dataDir, 'objects')), 'nothing of it is in the data directory');
  const about = (await server.ask('GET', '/api/about')).body;
  assert.equal(about.storage.free_bytes, null);
  assert.equal(about.can_record, true);

  const media = await bytesOf(await server.fetch(`/api/recordings/${id}/media`));
  const part = await server.fetch(`/api/recordings/${id}/media`, { headers: { range: 'bytes=100-299' } });
  assert.equal(part.status, 206);
  assert.deepEqual(await bytesOf(part), media.subarray(100, 300));
  const mcap = await bytesOf(await server.fetch(`/api/recordings/${id}/recording.mcap`));
  assert.ok(mcap.length > chunks.reduce((sum, chunk) => sum + chunk.length, 0) / 2);

  const [film, ...more] = names(fake, `own/place/views/${id}/`).filter((name) => name.endsWith('media.webm'));
  assert.deepEqual(fake.bucket.objects.get(film).bytes, media);
  assert.equal(more.length, 0);
  assert.ok(!existsSync(join(server.dataDir, 'views', id)) || readdirSync(join(server.dataDir, 'views', id)).every((name) => name.startsWith('download-')), 'no film is in the data directory');

  const texts = ['', '/waveform', '/captions.vtt', '/events', '/thumbnail', '/strip'].map((path) => `/api/recordings/${id}${path}`);
  const told = () => Promise.all(texts.map(async (path) => (await server.fetch(path)).text()));
  const before = await told();
  server = await server.restart('SIGKILL');
  assert.deepEqual(await told(), before);
  assert.deepEqual(await bytesOf(await server.fetch(`/api/recordings/${id}/media`)), media, 'read back from the bucket');
  const reads = () => fake.asked.filter(({ method, path }) => method === 'GET' && path.includes('media.webm')).length;
  const known = reads();
  assert.ok(known > 0);
  assert.deepEqual(await bytesOf(await server.fetch(`/api/recordings/${id}/media`, { headers: { range: 'bytes=1000-1999' } })), media.subarray(1000, 2000));
  assert.equal(reads(), known, 'and from the cache the second time');
  assert.deepEqual(sha256(await bytesOf(await server.fetch(`/api/recordings/${id}/recording.mcap`))), sha256(mcap));
  assert.equal((await server.fetch(`/api/recordings/${id}/media`)).status, 200);

  const erased = await server.ask('DELETE', `/api/recordings/${id}`);
  assert.ok([202, 204].includes(erased.status));
  assert.equal((await server.ask('GET', `/api/recordings/${id}`)).status, 410);
  assert.equal((await server.put(id, 3, chunks[3])).status, 410);
  await eventually(async () => names(fake), (left) => left.length === 1);
  assert.deepEqual(names(fake), ['own/place/installation']);
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('chunks of an ended recording go into a pack; a server that is killed at each step loses and doubles nothing', async () => {
  const fake = await FakeGcs.start();
  let server = await startServer({ env: { ...settings(fake), REPRISE_PACK_AFTER: '1' } });
  const object = '[^&?]*recordings%2F[^&?]*';
  const steps = [
    ['planned', new RegExp(`^POST /upload.*${object}\\.pack`)],
    ['stored', new RegExp(`^GET .*${object}\\.pack\\?.*alt=media`)],
    ['in use', new RegExp(`^DELETE .*${object}\\.mcap`)],
  ];
  // Each of them until the kill: a slow read is sent a second time, and would go on.
  const each = 1e9;
  fake.fault(steps[0][1], { delayMs: 30_000 }, each);
  const { id } = await record(server);
  const stored = () => names(fake, `own/place/recordings/${id}/`);
  const told = async () => {
    const paths = ['/recording.mcap', '/media', '/events', '/waveform'];
    return Promise.all(paths.map(async (path) => sha256(await bytesOf(await server.fetch(`/api/recordings/${id}${path}`)))));
  };
  const before = await told();
  for (const [name, on] of steps) {
    if (on !== steps[0][1]) fake.fault(on, { delayMs: 30_000 }, each);
    await eventually(async () => fake.unused, ([{ left }]) => left < each).catch(() => assert.fail(`${name} did not come to pass`));
    await server.program.stop('SIGKILL');
    fake.clear();
    server = await server.restart();
    await eventually(() => ready(server), (status) => status === 200);
    assert.deepEqual(await told(), before, name);
  }
  await eventually(async () => stored(), (left) => left.length === 1);
  const [pack] = stored();
  assert.match(pack, /\.pack$/);
  // docs/formats/pack.md
  const { bytes } = fake.bucket.objects.get(pack);
  assert.equal(bytes.toString('latin1', 0, 8), 'RPRPACK1');
  assert.equal(bytes.readUInt32LE(8), chunks.length);
  chunks.forEach((chunk, seq) => {
    const entry = 16 + 56 * seq;
    assert.equal(bytes.readBigUInt64LE(entry), BigInt(seq));
    const at = Number(bytes.readBigUInt64LE(entry + 8));
    assert.deepEqual(bytes.subarray(at, at + bytes.readUInt32LE(entry + 16)), chunk);
    assert.deepEqual(bytes.subarray(entry + 24, entry + 56), sha256(chunk));
  });
  await eventually(() => run('reprise', ['jobs', '--data-dir', server.dataDir]), ({ stdout }) => stdout === '');
  assert.match((await run('reprise', ['reconcile', '--data-dir', server.dataDir])).stdout, /20 chunks: 0 without their object/);

  for (const name of names(fake, 'own/place/views/')) fake.bucket.objects.delete(name);
  server = await server.restart();
  await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null && !body.refolding);
  assert.deepEqual(await told(), before, 'folded anew from the pack');

  assert.ok([202, 204].includes((await server.ask('DELETE', `/api/recordings/${id}`)).status));
  await eventually(async () => names(fake), (left) => left.length === 1);
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('with media-from bucket a film comes by a fresh link, and everything else from the server', async () => {
  const fake = await FakeGcs.start();
  const server = await startServer({ env: { ...settings(fake), REPRISE_MEDIA_FROM: 'bucket' } });
  const { id } = await record(server);
  const policy = (await server.fetch('/')).headers.get('content-security-policy');
  for (const directive of ['media-src', 'connect-src']) assert.match(policy, new RegExp(`${directive} [^;]*${fake.url}`));
  const ask = (query = '', more = {}) => server.fetch(`/api/recordings/${id}/media${query}`, { redirect: 'manual', ...more });
  const first = await ask('?version=1', { headers: { range: 'bytes=100-299' } });
  assert.equal(first.status, 302);
  assert.equal(first.headers.get('cache-control'), 'no-store');
  assert.equal((await bytesOf(first)).length, 0);
  const link = new URL(first.headers.get('location'));
  assert.equal(link.origin, fake.url);
  assert.ok(Number(link.searchParams.get('X-Goog-Expires')) <= 300);

  const [film] = names(fake, `own/place/views/${id}/`).filter((name) => name.endsWith('media.webm'));
  const { bytes } = fake.bucket.objects.get(film);
  const whole = await fetch(link);
  assert.equal(whole.headers.get('content-type'), 'video/webm');
  assert.deepEqual(await bytesOf(whole), bytes);
  const part = await fetch(link, { headers: { range: 'bytes=100-299' } });
  assert.equal(part.status, 206);
  assert.deepEqual(await bytesOf(part), bytes.subarray(100, 300));
  assert.equal((await fetch(link, { method: 'PUT', body: 'x' })).status, 403, 'it is for reading only');
  const saved = await fetch((await ask('?download=1')).headers.get('location'));
  assert.match(saved.headers.get('content-disposition'), /^attachment; filename=/);
  const head = await ask('', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(Number(head.headers.get('content-length')), bytes.length);
  for (const path of ['/thumbnail', '/waveform', '/captions.vtt', '/recording.mcap']) {
    assert.equal((await server.fetch(`/api/recordings/${id}${path}`, { redirect: 'manual' })).status, 200, path);
  }
  assert.equal((await ask('?version=7')).status, 404);
  assert.ok(!server.program.log.includes('X-Goog-Signature'), 'a link is never logged');
  assert.ok([202, 204].includes((await server.ask('DELETE', `/api/recordings/${id}`)).status));
  assert.equal((await ask()).status, 410);
  await eventually(async () => (await fetch(link)).status, (status) => status === 404);
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('clocks that are hours apart keep nobody from the bucket: tokens and links go by its clock', async () => {
  for (const hours of [3, -3]) {
    const fake = await FakeGcs.start();
    fake.turnClock(hours * 3_600_000);
    const server = await startServer({ env: { ...settings(fake), REPRISE_MEDIA_FROM: 'bucket' } });
    assert.equal(await ready(server), 200, server.program.log);
    assert.match(server.program.log, /"bucket\.clock_differs"/);
    const { id } = await record(server);
    const link = (await server.fetch(`/api/recordings/${id}/media`, { redirect: 'manual' })).headers.get('location');
    const film = await fetch(link);
    assert.equal(film.status, 200, await film.text());
    assert.equal(await server.stop(), 0);
    await fake.stop();
  }
});

test('what was acknowledged is there after a bucket that answers 503, is slow, cuts and lies', async () => {
  const fake = await FakeGcs.start();
  let server = await serverOn(fake);
  const ids = (await Promise.all([0, 1, 2].map(() => server.begin()))).map(({ id }) => id);
  const ledger = new Map(ids.map((id) => [id, []]));
  const statuses = new Map();
  let over = false;
  const uploads = ids.map(async (id) => {
    for (let seq = 0; !over && seq < 2_000; ) {
      const answer = await server.put(id, seq, chunks[seq % chunks.length]).catch(() => ({ status: 0 }));
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer.status === 201) ledger.get(id).push(seq++);
      else await sleep(50);
      if (answer.status === 503) assert.ok(answer.headers.get('retry-after'));
    }
  });
  const acknowledged = () => [...ledger.values()].reduce((sum, seqs) => sum + seqs.length, 0);
  const goesOn = async () => {
    const count = acknowledged();
    await eventually(async () => acknowledged(), (now) => now >= count + 15);
  };
  await goesOn();
  const upload = /^POST \/upload/;
  for (const [name, on, what, times] of [
    ['503', upload, { status: 503 }, 12],
    ['slow', upload, { delayMs: 400 }, 6],
    ['the answer is lost', upload, { lose: true }, 6],
    ['cut in the request', upload, { cutRequestAt: 1_000 }, 6],
    ['cut in the answer', upload, { cutAnswerAt: 20 }, 6],
    ['wrong words', upload, { wrongBytes: true }, 3],
    ['429 with Retry-After', upload, { status: 429, retryAfter: 1 }, 4],
  ]) {
    fake.fault(on, what, times);
    await eventually(async () => fake.unused, (unused) => unused.length === 0).catch(() => assert.fail(`${name} did not come to pass`));
    await goesOn();
  }
  fake.fault(/./, { status: 503 }, 1e9); // away for a while: acknowledgements stop, /readyz is red
  await eventually(() => ready(server), (status) => status === 503);
  await eventually(async () => statuses.get(503) ?? 0, (count) => count > 0);
  fake.clear();
  await eventually(() => ready(server), (status) => status === 200);
  await goesOn();
  over = true;
  await Promise.all(uploads);
  assert.deepEqual([...statuses.keys()].filter((status) => ![201, 503].includes(status)), [], JSON.stringify([...statuses]));

  server = await server.restart('SIGKILL');
  await eventually(() => ready(server), (status) => status === 200);
  for (const id of ids) {
    const listed = (await server.chunksOf(id)).body.chunks;
    assert.deepEqual(listed.map(({ seq }) => seq), ledger.get(id), 'each once, and nothing else');
    for (const { seq } of listed) {
      const [name, ...more] = names(fake, `own/place/recordings/${id}/${String(seq).padStart(10, '0')}-`);
      assert.equal(more.length, 0);
      assert.deepEqual(fake.bucket.objects.get(name).bytes, chunks[seq % chunks.length], `chunk ${seq}`);
    }
    const { body } = await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: ledger.get(id).length - 1, reason: 'hangup' });
    assert.equal(body.state, 'complete', JSON.stringify(body));
  }
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('a bucket that is away at the start is waited for', async () => {
  const fake = await FakeGcs.start();
  fake.fault(/./, { status: 503 }, 1e9);
  const server = await serverOn(fake);
  const red = await server.ask('GET', '/readyz');
  assert.equal(red.status, 503);
  assert.match(red.body.detail, /object store|bucket/i);
  const { id } = await server.begin();
  const refused = await server.put(id, 0, chunks[0]);
  assert.equal(refused.status, 503);
  assert.ok(refused.headers.get('retry-after'));
  fake.clear();
  await eventually(() => ready(server), (status) => status === 200);
  assert.equal((await server.put(id, 0, chunks[0])).status, 201);
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('a list that cannot be read condemns nothing', async () => {
  const fake = await FakeGcs.start();
  let server = await serverOn(fake);
  const { id } = await record(server);
  await server.program.stop();
  fake.fault(/^GET \/storage\/v1\/b\/test-bucket\/o\?/, { status: 500 }, 60);
  server = await startServer({ dataDir: server.dataDir, tokens: server.tokens, env: settings(fake) });
  await eventually(async () => server.program.log.includes('archive.reconcile_skipped'), (skipped) => skipped);
  const manifest = await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ status }) => status === 200);
  assert.equal(manifest.body.loss.chunks_stored, chunks.length);
  assert.ok(!server.program.log.includes('archive.chunk_damaged'));
  fake.clear();
  assert.equal(names(fake, 'own/place/recordings/').length, chunks.length);
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('erasing in a bucket: many at once, beside uploads, killed in the middle; what a dead node left goes at the next start; a server ends though its bucket is away', async () => {
  const fake = await FakeGcs.start();
  const args = ['--abandon-after', '4']; // it sweeps each second then
  let server = await serverOn(fake, { args });
  const { id: played } = await record(server);
  const left = () => names(fake).filter((name) => !name.endsWith('/installation'));
  const [film] = names(fake, `own/place/views/${played}/`).filter((name) => name.endsWith('media.webm'));

  const many = [];
  for (let i = 0; i < 6; ++i) many.push((await server.begin()).id);
  for (const id of many) for (let seq = 0; seq < 3; ++seq) assert.equal((await server.put(id, seq, chunks[seq])).status, 201);
  const late = many.map((id) => server.put(id, 3, chunks[3]));
  const erased = await Promise.all(many.flatMap((id) => [1, 2].map(() => server.ask('DELETE', `/api/recordings/${id}`))));
  assert.deepEqual(erased.map(({ status }) => status).filter((status) => status !== 202 && status !== 204), []);
  for (const { status } of await Promise.all(late)) assert.ok([201, 410].includes(status), String(status));
  await eventually(async () => left().filter((name) => !name.includes(played)), (names) => names.length === 0);

  // Killed after it has removed some of the objects.
  fake.fault(/^DELETE .*recordings%2F/, {}, 5);
  fake.fault(/^DELETE .*recordings%2F/, { status: 503 }, 1e9);
  const slow = await server.ask('DELETE', `/api/recordings/${played}`);
  assert.equal(slow.status, 202, 'some objects follow');
  assert.equal((await server.fetch(`/api/recordings/${played}/media`)).status, 410);
  assert.ok(left().length > 0, 'or this test proves nothing');
  server = await server.restart('SIGKILL');
  fake.clear();
  await eventually(async () => left(), (names) => names.length === 0);
  await eventually(() => run('reprise', ['jobs', '--data-dir', server.dataDir]), ({ stdout }) => stdout === '');

  // A node that stood still has stored a film and a chunk of a recording that was erased meanwhile, and died.
  const some = { ...fake.bucket.objects.get('own/place/installation') };
  await server.program.stop('SIGKILL');
  for (const name of [film, `own/place/recordings/${played}/0000000007-0123456789abcdef.mcap`]) fake.bucket.objects.set(name, { ...some, name });
  server = await startServer({ dataDir: server.dataDir, tokens: server.tokens, env: settings(fake), args });
  await eventually(async () => left(), (names) => names.length === 0);

  // Work that waits for a bucket which does not answer does not hold up the end of the server.
  const { id } = await server.begin();
  for (let seq = 0; seq < 5; ++seq) assert.equal((await server.put(id, seq, chunks[seq])).status, 201);
  fake.fault(/./, { delayMs: 30_000 }, 1e9);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: 4, reason: 'hangup' });
  await eventually(async () => fake.unused[0].left, (count) => count < 1e9);
  const began = Date.now();
  assert.equal(await server.stop(), 0);
  assert.ok(Date.now() - began < 20_000, `it ended after ${Date.now() - began} ms`);  // a busy machine gets more, the delay is 30 s
  await fake.stop();
});

test('an object that is gone is told as missing, and only that one', async () => {
  const fake = await FakeGcs.start();
  const server = await serverOn(fake);
  const { id } = await record(server);
  fake.bucket.objects.delete(names(fake, 'own/place/recordings/')[4]);
  const looked = await run('reprise', ['reconcile', '--data-dir', server.dataDir]);
  assert.match(looked.stdout, /20 chunks: 1 without their object/, looked.stderr);
  assert.deepEqual((await server.ask('GET', `/api/recordings/${id}/chunks?limit=200`)).body.chunks.map(({ seq }) => seq).includes(4), false);
  assert.equal((await server.put(id, 4, chunks[4])).status, 201, 'the same bytes heal it');
  assert.equal(names(fake, 'own/place/recordings/').length, chunks.length);
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('a setting that is wrong is told in one sentence, exit 78', async () => {
  const fake = await FakeGcs.start();
  const good = settings(fake);
  const refusal = async (env, dataDir = temporaryFolder()) => {
    const ended = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', dataDir], { ...good, ...env });
    assert.equal(ended.code, 78, ended.stderr);
    const sentence = ended.stderr.split('\n').filter((line) => line && !line.startsWith('{'));
    assert.equal(sentence.length, 1, ended.stderr);
    assert.ok(!ended.stderr.includes('PRIVATE KEY'), 'no secret');
    assert.deepEqual(readdirSync(dataDir), [], 'before anything is written');
    remove(dataDir);
    return sentence[0];
  };
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"type": "service_account"', { mode: 0o600 });
  for (const url of ['s3://bucket/x', 'gs://', 'gs://UPPER/x', 'gs://test-bucket/../x', `gs://test-bucket/x?endpoint=${fake.url}/path`]) {
    assert.match(await refusal({ REPRISE_BLOB_STORE: url }), /blob-store/);
  }
  assert.match(await refusal({ GOOGLE_APPLICATION_CREDENTIALS: broken }), /GOOGLE_APPLICATION_CREDENTIALS/);
  assert.match(await refusal({ GOOGLE_APPLICATION_CREDENTIALS: join(folder, 'absent.json') }), /GOOGLE_APPLICATION_CREDENTIALS/);
  assert.match(await refusal({ REPRISE_BLOB_STORE: good.REPRISE_BLOB_STORE.replace('test-bucket', 'no-such-bucket') }), /REPRISE_BLOB_STORE.*no bucket no-such-bucket/);
  fake.bucket.permissions.delete('storage.objects.get');
  assert.match(await refusal({}), /REPRISE_BLOB_STORE.*objects\.get/);
  fake.bucket.permissions.add('storage.objects.get');
  fake.bucket.permissions.delete('storage.objects.create');
  assert.match(await refusal({}), /REPRISE_BLOB_STORE.*objects\.create/);
  fake.bucket.permissions.add('storage.objects.create');

  const server = await serverOn(fake);
  assert.equal(await ready(server), 200);
  const before = names(fake);
  assert.match(await refusal({}), /REPRISE_BLOB_STORE.*another installation/);
  assert.deepEqual(names(fake), before, 'the bucket stays as it is');
  const neighbour = await startServer({ env: settings(fake, 'own/other') });
  assert.equal(await ready(neighbour), 200, 'another prefix is another place');
  assert.equal(await neighbour.stop(), 0);
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('an installation whose objects lie in a bucket takes no other one that is free, unless that was made its own', async () => {
  const fake = await FakeGcs.start();
  let server = await serverOn(fake);
  const id = fake.bucket.objects.get('own/place/installation').bytes.toString();
  await server.program.stop();
  const start = async (prefix) => run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', server.dataDir],
    { ...(await databaseOf(server.dataDir)), ...settings(fake, prefix) });
  const before = names(fake, '');
  const refused = await start('own/typo');
  assert.equal(refused.code, 78, refused.stderr);
  const [sentence, ...more] = refused.stderr.split('\n').filter((line) => line && !line.startsWith('{'));
  assert.match(sentence, /REPRISE_BLOB_STORE.*gs:\/\/test-bucket\/own\/typo.*lie in gs:\/\/test-bucket\/own\/place/);
  assert.ok(sentence.includes(id));
  assert.deepEqual(more, []);
  assert.deepEqual(names(fake, ''), before, 'nothing was written');
  for (const name of before) {
    const moved = name.replace('own/place/', 'own/moved/');
    fake.bucket.objects.set(moved, { ...fake.bucket.objects.get(name), name: moved });
  }
  server = await startServer({ dataDir: server.dataDir, tokens: server.tokens, env: settings(fake, 'own/moved') });
  assert.equal(await ready(server), 200, 'its objects were moved there');
  assert.equal(await server.stop(), 0);
  await fake.stop();
});

test('an installation on a disk moves into a bucket: it may be stopped in the middle, and all of it is compared', async () => {
  const fake = await FakeGcs.start();
  let server = await startServer();
  const { id } = await record(server);
  const exported = (await server.ask('POST', '/api/account/exports', {})).body.id;
  await eventually(() => server.ask('GET', '/api/account/exports'), ({ body }) => body.exports[0]?.state === 'ready');
  const files = [`/api/recordings/${id}/recording.mcap`, `/api/recordings/${id}/media`, `/api/account/exports/${exported}/file`];
  const told = async () => Promise.all(files.map(async (path) => sha256(await bytesOf(await server.fetch(path)))));
  const before = await told();
  const copy = (dataDir = server.dataDir) => run('reprise', ['objects', 'copy', '--from', dataDir], settings(fake));
  const served = await copy();
  assert.equal(served.code, 1);
  assert.match(served.stderr, /in use by another reprise/);
  await server.program.stop();
  const chunk = /^POST \/upload.*recordings%2F/;
  fake.fault(chunk, {}, 5);
  fake.fault(chunk, { status: 403 }, 1e9);
  const broken = await copy();
  assert.equal(broken.code, 1, broken.stdout);
  assert.match(broken.stderr, /^reprise: .*refuses access/);
  fake.clear();
  const whole = await copy();
  assert.equal(whole.code, 0, whole.stderr);
  assert.match(whole.stdout, /20 chunks, 15 added now/);
  assert.match(whole.stdout, /1 exports of accounts are in gs:/);
  assert.match((await copy()).stdout, /20 chunks, 0 added now/);
  const other = await startServer();
  await other.program.stop();
  const foreign = await copy(other.dataDir);
  assert.equal(foreign.code, 78);
  assert.match(foreign.stderr, /REPRISE_BLOB_STORE.*another installation/);
  remove(other.dataDir);
  server = await startServer({ dataDir: server.dataDir, tokens: server.tokens, env: settings(fake) });
  await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null && !body.refolding);
  assert.deepEqual(await told(), before, 'the same, from the bucket');
  assert.equal(names(fake, 'own/place/recordings/').length, chunks.length);
  assert.equal(await server.stop(), 0);
  await other.tokens.close();
  await fake.stop();
});

test('nothing listens where the bucket should be: the server starts and says so', async () => {
  const port = await freePort();
  const server = await startServer({ env: { REPRISE_BLOB_STORE: `gs://test-bucket?endpoint=http://127.0.0.1:${port}`, REPRISE_GCS_TOKEN: 'token', no_proxy: '*' } });
  const red = await server.ask('GET', '/readyz');
  assert.equal(red.status, 503);
  assert.match(red.body.detail, new RegExp(`gs://test-bucket at http://127\\.0\\.0\\.1:${port}`));
  assert.equal(await server.stop(), 0);
});
