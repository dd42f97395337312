// Two nodes: one PostgreSQL, one bucket (the strict fake), and a real nginx in front of them with the configuration of docs/operating.md.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { listen } from '../harness/answer-stream.mjs';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { nodesBehind, startNginx } from '../harness/nginx.mjs';
import { freePort } from '../harness/ports.mjs';
import { Postgres } from '../harness/postgres.mjs';
import {
  consent, digestOf, eventually, remove, run, sleep, startServer, startTokenService, start, syntheticChunks, temporaryFolder,
} from '../harness/programs.mjs';

const long = process.env.TEST_LONG === '1' ? test : () => {};
/** A second or two; more on a busy machine, but less than until the next sweep (15 s). */
const SOON_MS = 10_000;
const folder = temporaryFolder();
const postgres = new Postgres();
let fake;
let tokens;
let chunks;
before(async () => {
  [fake, tokens, chunks] = await Promise.all([FakeGcs.start(), startTokenService(), syntheticChunks(30), postgres.start()]);
});
after(async () => {
  await Promise.all([fake?.stop(), tokens?.close(), postgres.remove()]);
  remove(folder);
});

/** Where two nodes meet: a new database, and a new prefix of the bucket. */
let places = 0;
async function sharedPlace() {
  const prefix = `own/place-${++places}`;
  const key = join(folder, 'key.json');
  if (!existsSync(key)) writeFileSync(key, JSON.stringify(fake.account), { mode: 0o600 });
  return {
    prefix: `${prefix}/`,
    env: {
      REPRISE_DATABASE_URL: await postgres.database(),
      REPRISE_BLOB_STORE: `gs://test-bucket/${prefix}?endpoint=${encodeURIComponent(fake.url)}`,
      GOOGLE_APPLICATION_CREDENTIALS: key,
      no_proxy: '*',
    },
  };
}
const startNode = (place, more = {}) => startServer({ env: { ...place.env, ...more.env }, tokens, ...(more.listen ? { listen: more.listen } : {}), args: more.args });
async function stopAll(...nodes) {
  for (const node of nodes) {
    await node.program.stop();
    remove(node.dataDir);
  }
}
const names = (place, below = '') => [...fake.bucket.objects.keys()].filter((name) => name.startsWith(place.prefix + below)).sort();
const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());
const jobsOf = async (node) => {
  const { code, stdout, stderr } = await run('reprise', ['jobs', '--data-dir', node.dataDir]);
  assert.equal(code, 0, stderr);
  return stdout;
};
/** The process that folds the recording. */
const folderOf = async (node, id) => {
  const line = (await jobsOf(node)).split('\n').find((one) => one.startsWith(`fold ${id} running`));
  return Number(/ on [^/]*\/(\d+)\//.exec(line ?? '')?.[1] ?? 0);
};
const put = async (node, id, seq) => assert.equal((await node.put(id, seq, chunks[seq])).status, 201);
const finish = (node, id, count = chunks.length) => node.ask('POST', `/api/recordings/${id}/finish`, { last_seq: count - 1, reason: 'hangup' });
const playable = (node, id, withinMs) => eventually(() => node.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null, withinMs);

test('an upload goes on at the other node when its own one dies in the middle; only the newest request writes', async () => {
  const place = await sharedPlace();
  const one = await startNode(place);
  const two = await startNode(place);
  const bytes = Buffer.concat([Buffer.from('fLaC'), randomBytes(9_000_000)]);
  const tus = (node, method, path, headers, body) =>
    node.fetch(path, { method, headers: { 'tus-resumable': '1.0.0', ...headers }, body, ...(body?.getReader ? { duplex: 'half' } : {}) });
  const patch = (node, path, from, body) => tus(node, 'PATCH', path, { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(from) }, body);
  const begun = await tus(one, 'POST', '/api/uploads', { 'upload-length': String(bytes.length), 'upload-metadata': `filename ${Buffer.from('a.flac').toString('base64')}` });
  const path = begun.headers.get('location');
  assert.equal((await patch(one, path, 0, bytes.subarray(0, 3_000_000))).status, 204);
  // The rest comes slowly, and the node dies meanwhile.
  let at = 3_000_000;
  const slow = new ReadableStream({
    async pull(to) {
      if (at >= 6_000_000) return to.close();
      to.enqueue(bytes.subarray(at, (at += 100_000)));
      await sleep(20);
    },
  });
  const cut = patch(one, path, 3_000_000, slow).catch(() => null);
  await sleep(200);
  await one.program.stop('SIGKILL');
  await cut;
  const offset = Number((await tus(two, 'HEAD', path, {})).headers.get('upload-offset'));
  assert.ok(offset >= 3_000_000, `${offset}`);
  const again = await startNode(place);
  const answers = await Promise.all([patch(two, path, offset, bytes.subarray(offset)), patch(again, path, offset, bytes.subarray(offset))]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409]);
  for (const node of [two, again]) assert.ok((await bytesOf(await node.fetch(path))).equals(bytes));
  await stopAll(two, again);
  remove(one.dataDir);
});

test('chunks that land on both nodes are one recording, which plays from both; erasing it is seen by both at once', async () => {
  const place = await sharedPlace();
  const told = { REPRISE_DATABASE_DIRECT_URL: place.env.REPRISE_DATABASE_URL, REPRISE_PACK_AFTER: '1' };
  const one = await startNode(place, { env: told });
  let two = await startNode(place, { env: told });
  const { id } = await one.begin();
  for (let seq = 0; seq < chunks.length; ++seq) await put(seq % 2 ? two : one, id, seq);
  assert.equal((await one.put(id, 3, chunks[3])).status, 201, 'a repeat on the other node is no second chunk');
  assert.equal((await one.put(id, 3, chunks[4])).status, 409);
  await eventually(() => folderOf(one, id), (pid) => pid > 0);
  const other = (await folderOf(one, id)) === one.program.child.pid ? two : one;
  assert.equal((await finish(other, id)).body.state, 'complete');
  const view = (await playable(other, id, SOON_MS)).body;
  assert.equal(view.loss.chunks_stored, chunks.length);
  assert.equal(view.refolding, false);
  const before = new Map();
  for (const path of [view.media.url, view.captions_url, view.waveform_url, view.mcap_url, `/api/recordings/${id}/events`]) {
    const [first, second] = await Promise.all([one, two].map(async (node) => bytesOf(await node.fetch(path))));
    assert.ok(first.length > 0);
    assert.deepEqual(first, second, path);
    before.set(path, first);
  }
  await eventually(() => jobsOf(one), (text) => text === '');
  const [pack, ...more] = names(place, `recordings/${id}/`);
  assert.match(pack, /\.pack$/);
  assert.deepEqual(more, [], 'all chunks are in one pack');
  two = await two.restart('SIGTERM');
  for (const node of [one, two]) {
    assert.match((await run('reprise', ['reconcile', '--data-dir', node.dataDir])).stdout, new RegExp(`${chunks.length} chunks: 0 without`));
    for (const [path, bytes] of before) assert.deepEqual(await bytesOf(await node.fetch(path)), bytes, path);
  }

  const erased = await one.ask('DELETE', `/api/recordings/${id}`);
  assert.ok([202, 204].includes(erased.status));
  for (const node of [two, one]) {
    for (const path of ['', '/media', '/captions.vtt', '/thumbnail', '/recording.mcap', '/chunks']) {
      assert.equal((await node.fetch(`/api/recordings/${id}${path}`, { headers: { range: 'bytes=0-9' } })).status, 410, path);
    }
    assert.deepEqual((await node.ask('GET', '/api/recordings')).body.recordings, []);
    assert.equal((await node.put(id, 3, chunks[3])).status, 410);
  }
  await eventually(async () => names(place), (left) => left.length === 1);
  // The other node was told; its next sweep is up to 15 s away.
  const kept = (node) => [...readdirSync(join(node.dataDir, 'view-cache')), ...readdirSync(join(node.dataDir, 'views'))];
  await eventually(async () => [...kept(one), ...kept(two)], (left) => left.length === 0, 8_000);
  await stopAll(one, two);
});

test('the last chunks land on the other node, and the end on the one that folds: the first film has all of them', async () => {
  const place = await sharedPlace();
  const nodes = await Promise.all([startNode(place), startNode(place)]);
  const { id } = await nodes[0].begin();
  for (let seq = 0; seq < chunks.length - 3; ++seq) await put(nodes[0], id, seq);
  const pid = await eventually(() => folderOf(nodes[0], id), (found) => found > 0);
  const folding = nodes.find((node) => node.program.child.pid === pid);
  const other = nodes.find((node) => node !== folding);
  for (let seq = chunks.length - 3; seq < chunks.length; ++seq) await put(other, id, seq);
  assert.equal((await finish(folding, id)).body.state, 'complete');
  const { media } = (await playable(folding, id, SOON_MS)).body;
  assert.ok(media.duration_ms > (chunks.length - 1) * 1000, `${media.duration_ms} ms`);
  await stopAll(...nodes);
});

test('the node that folds is killed in the middle: the other one takes over within ten seconds, and nothing is lost', async () => {
  const place = await sharedPlace();
  const nodes = await Promise.all([startNode(place), startNode(place)]);
  const { id } = await nodes[0].begin();
  for (let seq = 0; seq < 15; ++seq) await put(nodes[seq % 2], id, seq);
  const pid = await eventually(() => folderOf(nodes[0], id), (found) => found > 0);
  const dead = nodes.find((node) => node.program.child.pid === pid);
  const alive = nodes.find((node) => node !== dead);
  await dead.program.stop('SIGKILL');
  const killed = Date.now();
  await eventually(() => folderOf(alive, id), (found) => found === alive.program.child.pid);
  const took = Date.now() - killed;
  for (let seq = 15; seq < chunks.length; ++seq) await put(alive, id, seq);
  assert.equal((await finish(alive, id)).body.state, 'complete');
  const view = (await playable(alive, id)).body;
  assert.equal(view.loss.chunks_stored, chunks.length);
  const film = await bytesOf(await alive.fetch(view.media.url));
  const again = await startServer({ dataDir: dead.dataDir, env: place.env, tokens });
  assert.deepEqual(await bytesOf(await again.fetch(view.media.url)), film, 'played from the other node');
  const [, ...more] = names(place, `views/${id}/`).filter((name) => name.endsWith('media.webm'));
  assert.deepEqual(more, [], 'one film');
  await stopAll(again, alive);
  assert.ok(took < 20_000, `taken over after ${took} ms`);  // a busy machine gets twice the time
});

test('a running recording grows on both nodes alike, also while the one that folds it is replaced; an erase is seen at once', async () => {
  const place = await sharedPlace();
  const nodes = await Promise.all([startNode(place), startNode(place)]);
  const { id } = await nodes[0].begin();
  const paths = ['', '/waveform', '/captions.vtt', '/events'];
  /** What a node shows of it. */
  const shown = async (node) => {
    const answers = await Promise.all(paths.map((path) => node.fetch(`/api/recordings/${id}${path}`)));
    assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
    return Promise.all(answers.map((answer) => answer.text()));
  };
  const lengthOf = ([, waveform]) => waveform.length;
  const turnsOf = ([manifest]) => JSON.parse(manifest).turns.length;
  const alike = () => eventually(() => Promise.all(nodes.map(shown)), ([one, two]) => paths.every((_, at) => one[at] === two[at]), SOON_MS);
  let seq = 0;
  let before = 1;
  for (const until of [8, 12, 16]) {
    for (; seq < until; ++seq) await put(nodes[seq % 2], id, seq);
    const [one] = await alike();
    assert.ok(lengthOf(one) > before, `${lengthOf(one)} letters of waveform after ${before}`);
    before = lengthOf(one);
  }
  const both = await Promise.all(nodes.map(shown));
  assert.ok(turnsOf(both[0]) > 0, 'or this test proves nothing');

  const pid = await eventually(() => folderOf(nodes[0], id), (found) => found > 0);
  const dead = nodes.find((node) => node.program.child.pid === pid);
  const alive = nodes.find((node) => node !== dead);
  await dead.program.stop('SIGKILL');
  const grow = async () => {
    await put(alive, id, seq++);
    const least = before;
    before = await eventually(async () => lengthOf(await shown(alive)), (now) => now > least, SOON_MS);
  };
  // Nobody folds it now: each chunk is shown by the first answer after its own.
  for (let i = 0; i < 2; ++i) {
    await put(alive, id, seq++);
    const now = lengthOf(await shown(alive));
    assert.ok(now > before, `${now} letters of waveform after ${before}`);
    before = now;
  }
  // Nothing that was shown goes while this node begins to fold it.
  for (let folds = 0; folds !== alive.program.child.pid; folds = await folderOf(alive, id)) assert.ok(lengthOf(await shown(alive)) >= before);
  for (let i = 0; i < 20; ++i) assert.ok(lengthOf(await shown(alive)) >= before);
  while (seq < 24) await grow();
  nodes[nodes.indexOf(dead)] = await startServer({ dataDir: dead.dataDir, env: place.env, tokens });
  await alike();

  assert.ok([202, 204].includes((await nodes[0].ask('DELETE', `/api/recordings/${id}`)).status));
  for (const node of nodes) {
    for (const path of paths) assert.equal((await node.fetch(`/api/recordings/${id}${path}`)).status, 410, path);
  }
  await stopAll(...nodes);
});

test('an answer is heard at both nodes alike, and its end too when the node that writes it ends or is killed', async () => {
  const place = await sharedPlace();
  const scenario = join(folder, 'slowly.yaml');
  writeFileSync(scenario, 'texts:\n  - {match: slowly, say: "One two three four five six seven eight nine ten eleven twelve.", piece_ms: 700}\n');
  const emulator = await start('reprise-emulator', ['--listen', 'localhost:0', '--seed', '1', '--scenario', scenario]);
  const [writes, other] = await Promise.all([1, 2].map(() => startServer({ env: place.env, tokens: { url: emulator.url, close: () => {} } })));
  const chat = (await writes.ask('POST', '/api/chats', {})).body;
  const path = `/api/chats/${chat.id}/messages`;
  let sent = 0;
  const ask = async () => `${path}/${(await writes.ask('POST', path, { client_id: `c${++sent}`, text: 'slowly' })).body.answer.id}`;
  const first = await ask();
  const [here, there] = await Promise.all([writes, other].map((node) => listen(node, first)));
  assert.deepEqual(there, here);
  assert.equal(there.at(-1).name, 'done');
  for (let last = 0; last <= here.length; ++last) assert.deepEqual(await listen(other, first, { last }), here.slice(last), `after ${last}`);

  // Stopped at the other node: the one that writes it notices.
  const stopped = await ask();
  await listen(other, stopped, { onEvent: ({ id }) => id === 1 });
  assert.equal((await other.ask('POST', `${stopped}/stop`)).body.state, 'stopped');
  assert.equal((await listen(writes, stopped)).at(-1).data.message.state, 'stopped');

  // Killed in the middle: who listened there goes on at the other node, where the answer ends, marked.
  const cut = await ask();
  const before = [];
  await listen(writes, cut, { heard: before, onEvent: ({ id }) => id === 1 });
  await writes.program.stop('SIGKILL');
  const after = await listen(other, cut, { last: 1 });
  assert.equal(after.at(-1).data.type, 'urn:reprise:problem:answer-interrupted');
  assert.deepEqual(await listen(other, cut), [...before, ...after]);
  remove(writes.dataDir);
  await stopAll(other);
  assert.equal(await emulator.stop(), 0);
});

test('both nodes are not ready while the bucket is away, and recover by themselves', async () => {
  const place = await sharedPlace();
  const nodes = await Promise.all([startNode(place), startNode(place)]);
  const ready = async () => (await Promise.all(nodes.map((node) => node.fetch('/readyz')))).map(({ status }) => status);
  assert.deepEqual(await ready(), [200, 200]);
  fake.fault(/./, { status: 503 }, 1e9);
  await eventually(ready, (statuses) => statuses.every((status) => status === 503));
  fake.clear();
  await eventually(ready, (statuses) => statuses.every((status) => status === 200));
  await stopAll(...nodes);
});

test('while the database is away both nodes say so; nothing acknowledged is lost, and both recover by themselves', async (t) => {
  const place = await sharedPlace();
  const nodes = await Promise.all([startNode(place), startNode(place)]);
  const ready = async () => (await Promise.all(nodes.map((node) => node.fetch('/readyz')))).map(({ status }) => status);
  const { id } = await nodes[0].begin();
  const acknowledged = new Set();
  const statuses = new Set();
  const withoutHint = [];
  let over = false;
  t.after(() => (over = true));
  const commands = long === test ? ['stop', 'kill'] : ['kill'];
  /** Which chunks may be sent. The last two of each round wait until the database is away. */
  let most = 0;
  /** One of two browsers: its chunks go to one node after the other. */
  const upload = async (first) => {
    for (let seq = first, at = first; seq < chunks.length && !over; ++at) {
      while (seq >= most && !over) await sleep(20);
      const answer = await nodes[at % 2].put(id, seq, chunks[seq]);
      statuses.add(answer.status);
      if (answer.status === 503 && !answer.headers.get('retry-after')) withoutHint.push(await answer.text());
      if (answer.status === 201) acknowledged.add(seq);
      seq += answer.status === 201 ? 2 : 0;
      await sleep(answer.status === 201 ? 30 : 100);
    }
  };
  const uploads = [upload(0), upload(1)];
  for (const [round, command] of commands.entries()) {
    most = (chunks.length * (round + 1)) / commands.length - 2;
    const before = acknowledged.size;
    await eventually(async () => acknowledged.size, (count) => count >= before + 4);
    await postgres[command]();
    await eventually(ready, (all) => all.every((status) => status === 503));
    for (const node of nodes) {
      const refused = await node.ask('GET', `/api/recordings/${id}`);
      assert.equal(refused.status, 503);
      assert.ok(refused.headers.get('retry-after'));
      assert.equal((await node.fetch('/healthz')).status, 200, 'it is no reason to restart a node');
    }
    most += 2;
    await eventually(async () => statuses.has(503), Boolean);
    await postgres.start();
    await eventually(ready, (all) => all.every((status) => status === 200));
  }
  await Promise.all(uploads);
  assert.deepEqual([...statuses].filter((status) => status !== 201 && status !== 503), []);
  assert.deepEqual(withoutHint, []);
  assert.equal(acknowledged.size, chunks.length);
  assert.equal((await finish(nodes[1], id)).body.state, 'complete');
  for (const node of nodes) assert.equal((await playable(node, id)).body.loss.chunks_stored, chunks.length);
  assert.deepEqual((await nodes[0].chunksOf(id)).body.chunks.map(({ seq }) => seq), [...chunks.keys()], 'each once');
  await stopAll(...nodes);
});

test('a node whose database is away since its start says so, and ends when it is told to', async () => {
  const place = await sharedPlace();
  const node = await startNode(place, { env: { REPRISE_DATABASE_URL: `postgres://u@/db?host=${encodeURIComponent(join(folder, 'nowhere'))}` } });
  const { status, body } = await node.ask('GET', '/readyz');
  assert.equal(status, 503);
  assert.match(body.detail, /the database does not take writes/);
  assert.equal(await node.program.stop(), 0, node.program.log);
  assert.deepEqual(names(place), []);
  remove(node.dataDir);
});

test('a second node with a store of its own is refused: two nodes need a bucket', async () => {
  const database = await postgres.database();
  const first = await startServer({ env: { REPRISE_DATABASE_URL: database }, tokens });
  const copied = temporaryFolder();
  cpSync(join(first.dataDir, 'installation'), join(copied, 'installation'));
  for (const [dataDir, waits] of [[temporaryFolder(), false], [copied, true]]) {
    const { code, stderr } = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', dataDir], { REPRISE_DATABASE_URL: database });
    assert.equal(code, 78, stderr);
    assert.equal(stderr.includes('"store.waits"'), waits, stderr);
    assert.match(stderr.trim().split('\n').at(-1), /^reprise: REPRISE_DATABASE_URL: .*two nodes need a bucket/);
    remove(dataDir);
  }
  await first.program.stop('SIGKILL');
  const again = await startServer({ dataDir: first.dataDir, env: { REPRISE_DATABASE_URL: database }, tokens });
  assert.doesNotMatch(again.program.log, /"store\.waits"/, 'its own directory starts at once after a kill');
  assert.equal((await again.fetch('/readyz')).status, 200);
  await stopAll(again);
});

test('behind PgBouncer in transaction mode, which is killed and started again, nothing acknowledged is lost', async () => {
  await postgres.pool();
  const place = await sharedPlace();
  const direct = place.env.REPRISE_DATABASE_URL;
  const env = { REPRISE_DATABASE_URL: `${direct}&port=6432`, REPRISE_DATABASE_DIRECT_URL: direct };
  const args = ['--database-prepare=false'];
  const nodes = await Promise.all([startNode(place, { env, args }), startNode(place, { env, args })]);
  for (const node of nodes) await eventually(async () => node.program.log, (log) => log.includes('"database.listening"'));
  const { id } = await nodes[0].begin();
  const statuses = new Set();
  let killed;
  let back;
  const upload = async () => {
    for (const [seq, bytes] of chunks.entries()) {
      for (;;) {
        const { status } = await nodes[seq % 2].put(id, seq, bytes);
        statuses.add(status);
        if (status === 201) break;
        await sleep(100);
      }
      if (seq === 10) {
        killed = postgres.unpool();
        back = killed.then(() => sleep(1_000)).then(postgres.pool);
      }
      if (seq === 20) await killed;   // or all chunks were there before
    }
  };
  await upload();
  await back;
  assert.deepEqual([...statuses].filter((status) => status !== 201 && status !== 503), []);
  assert.match(nodes.map((node) => node.program.log).join(), /"database\.away"/, 'or this test proves nothing');
  assert.equal((await finish(nodes[1], id)).body.state, 'complete');
  const view = (await playable(nodes[0], id)).body;
  assert.equal(view.loss.chunks_stored, chunks.length);
  const erased = await nodes[1].ask('DELETE', `/api/recordings/${id}`);
  assert.ok([202, 204].includes(erased.status));
  assert.equal((await nodes[0].fetch(`/api/recordings/${id}/media`)).status, 410);
  await eventually(async () => names(place), (left) => left.length === 1);
  await stopAll(...nodes);
});

const kFakeTime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
test('nodes whose clocks are six hours apart take over from each other and call nothing damaged', async () => {
  assert.ok(existsSync(kFakeTime), 'faketime is not installed: ./dev test installs it');
  const place = await sharedPlace();
  const { access_token: token } = fake.identity.newToken(['https://www.googleapis.com/auth/devstorage.read_write']);
  const clock = (hours) => ({
    LD_PRELOAD: kFakeTime, FAKETIME: hours, DONT_FAKE_MONOTONIC: '1', GOOGLE_APPLICATION_CREDENTIALS: '', REPRISE_GCS_TOKEN: token,
  });
  const nodes = [await startNode(place, { env: clock('+3h') }), await startNode(place, { env: clock('-3h') })];
  const { id } = await nodes[0].begin();
  for (let seq = 0; seq < 15; ++seq) await put(nodes[seq % 2], id, seq);
  const [line] = nodes.map((node) => node.program.log.split('\n').find((one) => one.includes('"server.ready"')));
  assert.ok(Date.parse(JSON.parse(line).time) > Date.now() + 2 * 3_600_000, 'or this test proves nothing');
  for (const node of nodes) {
    const { code, stdout } = await run('reprise', ['reconcile', '--data-dir', node.dataDir]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /15 chunks: 0 without their object/);
  }
  const pid = await eventually(() => folderOf(nodes[0], id), (found) => found > 0);
  const dead = nodes.find((node) => node.program.child.pid === pid);
  const alive = nodes.find((node) => node !== dead);
  await dead.program.stop('SIGKILL');
  await eventually(() => folderOf(alive, id), (found) => found === alive.program.child.pid);
  for (let seq = 15; seq < chunks.length; ++seq) await put(alive, id, seq);
  assert.equal((await finish(alive, id)).body.state, 'complete');
  assert.equal((await playable(alive, id)).body.loss.chunks_stored, chunks.length);
  await stopAll(alive, dead);
});

/** Two nodes behind nginx. `ask` and `post` go through it. */
async function behindNginx(place, env = {}) {
  const [port, ...ports] = await Promise.all([freePort(), freePort(), freePort()]);
  const nodes = await Promise.all(ports.map((own) => startNode(place, { listen: `localhost:${own}`, env })));
  const agent = new Agent({ keepAlive: true });
  const ask = (method, path, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const all = { origin: `http://127.0.0.1:${port}`, ...headers };
      const asked = request({ host: '127.0.0.1', port, agent, method, path, headers: all }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode, bytes: Buffer.concat(parts) }));
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  const post = (path, value) => ask('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
  const chunk = (id, seq) => {
    const headers = { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(chunks[seq]) };
    return ask('PUT', `/api/recordings/${id}/chunks/${seq}`, { headers, body: chunks[seq] });
  };
  const nginx = await startNginx(join(folder, `nginx-${port}`), nodesBehind(port, ports), async () => (await ask('GET', '/healthz')).status === 200);
  const stop = async () => {
    agent.destroy();
    await nginx.stop();
    await stopAll(...nodes);
  };
  return { nodes, ask, post, chunk, nginx, stop };
}

test('a rolling restart of both nodes under load, behind nginx, fails no request', async (t) => {
  const { nodes, ask, post, chunk, nginx, stop } = await behindNginx(await sharedPlace());
  const answers = new Map();
  const failed = [];
  const counted = async (what, wanted, asked) => {
    const answer = await asked.catch((error) => ({ status: String(error), bytes: Buffer.alloc(0) }));
    answers.set(`${what} ${answer.status}`, (answers.get(`${what} ${answer.status}`) ?? 0) + 1);
    if (answer.status !== wanted) failed.push(`${what}: ${answer.status} ${answer.bytes.toString().slice(0, 200)}`);
    return answer.status === wanted ? answer : null;
  };
  let over = false;
  const complete = [];
  const talk = async () => {
    while (!over) {
      const chat = await counted('chat', 201, post('/api/chats', {}));
      const begun = chat && (await counted('begin', 201, post('/api/live/sessions', { chat_id: JSON.parse(chat.bytes).id, record: true, consent })));
      if (!begun) continue;
      const id = JSON.parse(begun.bytes).recording_id;
      for (const seq of chunks.keys()) {
        await counted('chunk', 201, chunk(id, seq));
        await counted('manifest', 200, ask('GET', `/api/recordings/${id}`));
      }
      await counted('finish', 200, post(`/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' }));
      complete.push(id);
    }
  };
  const talks = [talk(), talk()];
  await sleep(1_000);
  for (const [at, node] of nodes.entries()) {
    nodes[at] = await node.restart('SIGTERM');
    await sleep(2_000); // longer than nginx leaves a node out after an error
  }
  over = true;
  await Promise.all(talks);
  t.diagnostic([...answers].map(([what, count]) => `${what}: ${count}`).join(', '));
  assert.deepEqual(failed, [], nginx.log);
  assert.ok(complete.length >= 2);
  for (const id of complete) {
    for (const node of nodes) assert.equal((await playable(node, id)).body.loss.chunks_stored, chunks.length);
  }
  await stop();
});

long('nodes killed at random for five minutes under load: nothing acknowledged is lost or doubled', async (t) => {
  const place = await sharedPlace();
  const { nodes, ask, post, chunk, stop } = await behindNginx(place, { REPRISE_PACK_AFTER: '2' });
  const until = Date.now() + 300_000;
  const complete = [];
  /** As a browser does: again and again until it is acknowledged. */
  const surely = async (wanted, again) => {
    for (;;) {
      const answer = await again().catch(() => null);
      if (answer?.status === wanted) return answer;
      await sleep(100);
    }
  };
  const talk = async () => {
    while (Date.now() < until) {
      const chat = await surely(201, () => post('/api/chats', {}));
      const begun = await surely(201, () => post('/api/live/sessions', { chat_id: JSON.parse(chat.bytes).id, record: true, consent }));
      const id = JSON.parse(begun.bytes).recording_id;
      for (const seq of chunks.keys()) await surely(201, () => chunk(id, seq));
      await surely(200, () => post(`/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' }));
      complete.push(id);
    }
  };
  const talks = [talk(), talk()];
  let kills = 0;
  while (Date.now() < until) {
    await sleep(1_000 + Math.random() * 5_000);
    const at = Math.floor(Math.random() * nodes.length);
    nodes[at] = await nodes[at].restart('SIGKILL');
    kills += 1;
  }
  await Promise.all(talks);
  t.diagnostic(`${kills} kills, ${complete.length} recordings`);
  for (const id of complete) {
    const { body } = await playable(nodes[0], id, 60_000).catch(async (error) => {
      throw new Error(`${error.message}\n${await jobsOf(nodes[0])}`);
    });
    assert.equal(body.recording.state, 'complete');
    assert.equal(body.loss.chunks_stored, chunks.length);
    await eventually(async () => names(place, `recordings/${id}/`), (left) => left.every((name) => name.endsWith('.pack')), 60_000);
    const listed = (await nodes[0].chunksOf(id)).body.chunks;
    assert.deepEqual(listed.map(({ seq }) => seq), [...chunks.keys()], 'each chunk once');
    const records = await Promise.all(nodes.map(async (node) => bytesOf(await node.fetch(body.mcap_url))));
    assert.deepEqual(records[0], records[1]);
    const films = await Promise.all(nodes.map(async (node) => bytesOf(await node.fetch(body.media.url))));
    assert.deepEqual(films[0], films[1]);
    assert.equal(films[0].length, body.media.bytes);
  }
  assert.equal((await ask('GET', '/api/recordings?limit=1')).status, 200);
  await stop();
});
