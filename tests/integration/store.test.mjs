// The store does not give up for the wrong reason, and one bad start does not condemn anything.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { before, test } from 'node:test';
import { binary, cleanEnvironment, eventually, run, sleep, startServer, syntheticChunks } from '../harness/programs.mjs';

let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
});

const filesBelow = (folder) => readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.mcap'));
const ready = async (server) => (await server.fetch('/readyz')).status;

/** A finished recording with a view. */
async function recorded(server, count = chunks.length) {
  const { id, chat } = await server.begin();
  for (let seq = 0; seq < count; ++seq) assert.equal((await server.put(id, seq, chunks[seq])).status, 201);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: count - 1, reason: 'hangup' });
  await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null);
  return { id, chat };
}
/** Files of views whose hash is not known yet: that of a film is written a moment after its view. */
function hashesMissing(dataDir) {
  const database = new DatabaseSync(join(dataDir, 'reprise.db'), { readOnly: true });
  const [{ count }] = database.prepare("select count(*) as count from recording_view_file where sha256_hex = ''").all();
  database.close();
  return count;
}
const download = async (server, id) => {
  const response = await server.fetch(`/api/recordings/${id}/recording.mcap`);
  return Buffer.from(await response.arrayBuffer()).length;
};

test('deleting recordings and chats while their chunks arrive ends nobody else’s', async () => {
  const server = await startServer();
  const other = await server.begin();
  const statuses = new Map();
  for (let round = 0; round < 40; ++round) {
    const { id, chat } = await server.begin();
    let over = false;
    const uploads = [0, 1, 2, 3].map(async (first) => {
      for (let seq = first; !over; seq += 4) {
        const { status } = await server.put(id, seq, chunks[seq % chunks.length]);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status === 410) return;
      }
    });
    await sleep(5 + round % 7);
    const erased = await server.ask('DELETE', round % 2 === 0 ? `/api/recordings/${id}` : `/api/chats/${chat.id}`);
    assert.ok([202, 204].includes(erased.status), `${erased.status}`);
    over = true;
    await Promise.all(uploads);
    assert.equal((await server.put(other.id, round, chunks[round % chunks.length])).status, 201, `round ${round}`);
  }
  assert.deepEqual([...statuses.keys()].filter((status) => ![201, 410].includes(status)), [], JSON.stringify([...statuses]));
  assert.equal(await ready(server), 200);
  await eventually(async () => readdirSync(join(server.dataDir, 'objects/recordings')), (names) => names.every((name) => name === other.id));
  await server.stop();
});

test('connections that take every descriptor cost nothing but themselves', async () => {
  const server = await startServer({ under: ['bash', '-c', 'ulimit -n 256; exec "$@"', '--'] });
  const { id } = await server.begin();
  const { port } = new URL(server.url);
  const idle = [];
  for (let i = 0; i < 300; ++i) {
    const socket = connect(Number(port), 'localhost');
    socket.on('error', () => {});
    idle.push(socket);
  }
  await sleep(300);
  assert.equal((await fetch(`${server.opsUrl}/healthz`)).status, 200, 'the ops listener has descriptors of its own');
  await server.put(id, 0, chunks[0]).catch(() => undefined);
  for (const socket of idle) socket.destroy();
  await eventually(() => server.put(id, 1, chunks[1]).catch(() => ({ status: 0 })), ({ status }) => status === 201);
  assert.equal(await ready(server), 200);
  await server.stop();
});

test('the soft limit of descriptors is raised', async () => {
  const server = await startServer({ under: ['bash', '-c', 'ulimit -S -n 100; exec "$@"', '--'] });
  const { id } = await server.begin();
  const { port } = new URL(server.url);
  const idle = Array.from({ length: 300 }, () => connect(Number(port), 'localhost'));
  await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  assert.equal((await server.put(id, 0, chunks[0])).status, 201);
  for (const socket of idle) socket.destroy();
  await server.stop();
});

test('objects that are away for one start are found again', async () => {
  let server = await startServer();
  const { id } = await recorded(server);
  const whole = await download(server, id);
  const objects = join(server.dataDir, 'objects');
  await server.program.stop();
  renameSync(objects, `${objects}.away`);
  server = await server.restart();
  await eventually(() => ready(server), (status) => status === 503);
  assert.match((await server.ask('GET', '/readyz')).body.detail, /is the right disk mounted/);
  assert.equal((await server.fetch(`/api/recordings/${id}/recording.mcap`)).status, 503, 'no hollow download');
  const more = await server.begin();
  assert.equal(more.id, undefined, 'nothing new is recorded beside the right disk');
  await server.program.stop();
  rmSync(objects, { recursive: true });
  renameSync(`${objects}.away`, objects);
  server = await server.restart();
  await eventually(() => ready(server), (status) => status === 200);
  assert.deepEqual((await server.ask('GET', `/api/recordings/${id}`)).body.recording.missing_seqs, []);
  assert.equal(await download(server, id), whole);
  await server.stop();
});

test('some objects that are away for one start are found again', async () => {
  let server = await startServer();
  const { id } = await recorded(server);
  await recorded(server);
  const folder = join(server.dataDir, 'objects/recordings', id);
  await server.program.stop();
  renameSync(folder, `${server.dataDir}/away`);
  server = await server.restart();
  const missing = async () => (await server.ask('GET', `/api/recordings/${id}`)).body.recording.missing_seqs.length;
  await eventually(missing, (count) => count === chunks.length);
  await server.program.stop();
  renameSync(`${server.dataDir}/away`, folder);
  server = await server.restart();
  await eventually(missing, (count) => count === 0);
  await server.stop();
});

test('a database that is away for one start costs no object', async () => {
  let server = await startServer();
  for (let i = 0; i < 4; ++i) await recorded(server);
  const count = filesBelow(join(server.dataDir, 'objects/recordings')).length;
  assert.ok(count > 64);
  await server.program.stop();
  const names = readdirSync(server.dataDir).filter((name) => name.startsWith('reprise.db'));
  mkdirSync(join(server.dataDir, 'away'));
  for (const name of names) renameSync(join(server.dataDir, name), join(server.dataDir, 'away', name));
  server = await server.restart('SIGTERM', ['--put-aside-after', '0']);
  await eventually(() => ready(server), (status) => status === 503);
  assert.match((await server.ask('GET', '/readyz')).body.detail, /is reprise.db the right one/);
  await sleep(500);
  assert.equal(filesBelow(join(server.dataDir, 'objects/recordings')).length, count, 'all in their places');
  await server.program.stop();
  for (const name of readdirSync(server.dataDir)) if (name.startsWith('reprise.db')) unlinkSync(join(server.dataDir, name));
  for (const name of names) renameSync(join(server.dataDir, 'away', name), join(server.dataDir, name));
  server = await server.restart('SIGTERM', []);
  await eventually(() => ready(server), (status) => status === 200);
  const { recordings } = (await server.ask('GET', '/api/recordings')).body;
  assert.equal(recordings.length, 4);
  assert.ok(recordings.every(({ state }) => state === 'complete'));
  await server.stop();
});

test('what was put aside is taken back by a command, through a socket of the owner only', async () => {
  const server = await startServer({ args: ['--put-aside-after', '0'] });
  const { id } = await server.begin();
  await server.put(id, 0, chunks[0]);
  const folder = join(server.dataDir, 'objects/recordings', id);
  const command = (...words) => run('reprise', [...words, '--data-dir', server.dataDir]);
  writeFileSync(join(folder, '0000000009-0000000000000000.mcap'), 'never acknowledged');
  const restarted = await server.restart();
  await eventually(async () => readdirSync(folder).length, (count) => count === 1);
  const listed = await command('quarantine');
  assert.equal(listed.stdout, `18 recordings/${id}/0000000009-0000000000000000.mcap\n`, listed.stderr);
  const taken = await command('quarantine', '--take-back');
  assert.match(taken.stdout, /^1 objects taken back\n/);
  assert.equal(readdirSync(folder).length, 2);
  assert.match((await command('reconcile')).stdout, /^1 chunks: 0 without their object/);
  assert.equal(statSync(join(server.dataDir, 'control')).mode & 0o777, 0o600);
  assert.equal((await fetch(`${restarted.opsUrl}/quarantine`)).status, 404);
  await restarted.stop();
  assert.match((await command('reconcile')).stderr, /^reprise: /);
});

test('a fold that fails is listed by `reprise jobs`, is tried again, and leaves no job when it is done', async () => {
  const server = await startServer();
  const { id } = await server.begin();
  const inTheWay = join(server.dataDir, 'views', id);
  writeFileSync(inTheWay, 'no folder');
  const jobs = async (...words) => (await run('reprise', ['jobs', ...words, '--data-dir', server.dataDir])).stdout;
  for (let seq = 0; seq < 3; ++seq) await server.put(id, seq, chunks[seq]);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: 2, reason: 'hangup' });
  const listed = await eventually(() => jobs(), (text) => text.includes(' waiting '));
  assert.match(listed, new RegExp(`^fold ${id} waiting attempts=\\d+ next at \\d{4}-\\d\\d-\\d\\dT\\S+Z: .+\n$`));
  assert.match(await (await fetch(`${server.opsUrl}/metrics`)).text(), /^reprise_jobs\{kind="fold",state="waiting"\} 1$/m);
  unlinkSync(inTheWay);
  assert.match(await jobs('--retry'), /^(0 jobs are|1 job is) due now\n$/);
  await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null);
  await eventually(() => jobs(), (text) => text === '');
  await server.stop();
  assert.equal((await run('reprise', ['jobs', '--data-dir', server.dataDir])).code, 1, 'no server, no list');
});

for (const [name, harm] of Object.entries({
  'manifest.json absent': (folder) => unlinkSync(join(folder, 'manifest.json')),
  'media.webm cut short': (folder) => truncateSync(join(folder, 'media.webm'), 1000),
  'media.webm empty': (folder) => truncateSync(join(folder, 'media.webm'), 0),
  'media.webm with other bytes': (folder) => writeFileSync(join(folder, 'media.webm'), Buffer.alloc(statSync(join(folder, 'media.webm')).size)),
  'events.jsonl empty': (folder) => truncateSync(join(folder, 'events.jsonl'), 0),
  'captions.vtt with other bytes': (folder) => writeFileSync(join(folder, 'captions.vtt'), Buffer.alloc(statSync(join(folder, 'captions.vtt')).size, 'x')),
  'the whole folder absent': (folder) => rmSync(folder, { recursive: true }),
  'loss.json is a folder': (folder) => {
    unlinkSync(join(folder, 'loss.json'));
    mkdirSync(join(folder, 'loss.json'));
  },
})) {
  test(`a damaged view is made anew: ${name}`, async () => {
    const server = await startServer();
    const { id } = await recorded(server);
    const good = (await server.ask('GET', `/api/recordings/${id}`)).body;
    assert.ok(good.turns.length > 0);
    await eventually(async () => hashesMissing(server.dataDir), (count) => count === 0);
    harm(join(server.dataDir, 'views', id, String(good.media.version)));
    const whole = ({ body }) => body.media !== null && body.media.version > good.media.version && body.turns.length === good.turns.length;
    const healed = await eventually(() => server.ask('GET', `/api/recordings/${id}`), whole);
    const media = await server.fetch(healed.body.media.url);
    assert.equal(media.status, 200);
    assert.equal((await media.arrayBuffer()).byteLength, good.media.bytes);
    for (const path of ['waveform', 'captions.vtt', 'events']) assert.equal((await server.fetch(`/api/recordings/${id}/${path}`)).status, 200, path);
    await server.stop();
  });
}

test('a second server is kept out when the lock file is gone', async () => {
  const server = await startServer();
  unlinkSync(join(server.dataDir, 'lock'));
  const second = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', server.dataDir]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /^reprise: the data directory \S+ is in use by another reprise/);
  await server.stop();
});

test('what is stored is nobody else’s', async () => {
  const server = await startServer();
  await recorded(server);
  for (const name of ['.', ...readdirSync(server.dataDir, { recursive: true })]) {
    const path = join(server.dataDir, name);
    if (existsSync(path)) assert.equal(statSync(path).mode & 0o077, 0, name);
  }
  await server.stop();
});

test('too few descriptors to run are one sentence', async () => {
  const refused = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', '/nowhere'], {},
    ['bash', '-c', 'ulimit -n 20; exec "$@"', '--']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^reprise: this process may open only 20 files[^\n]+\n$/);
});

test('readiness is red when not one byte can be written', async () => {
  const server = await startServer({ args: ['--min-free-mb', '0'], under: ['bash', '-c', 'ulimit -f 0; exec "$@"', '--'] }).catch((error) => error);
  // Without a single byte the database cannot be made: the start must fail with a sentence, not with a signal.
  assert.match(server.message, /ended with 1: [^]*reprise: [^\n]+\n$/);
  const half = await startServer({ args: ['--min-free-mb', '0'] });
  const { pid } = half.program.child;
  const limited = await run('prlimit', ['--pid', String(pid), '--fsize=0:'], {}, [], { own: false });
  assert.equal(limited.code, 0, limited.stderr);
  assert.equal(await ready(half), 503);
  assert.equal((await half.fetch('/healthz')).status, 200);
  const freed = await run('prlimit', ['--pid', String(pid), '--fsize=unlimited:'], {}, [], { own: false });
  assert.equal(freed.code, 0, freed.stderr);
  const again = await half.ask('GET', '/readyz');
  assert.equal(again.status, 200, `and green again by itself: ${again.text}`);
  await half.stop();
});

/** Whether the process handles this signal already. */
function handles(pid, number) {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return caught && ((BigInt(`0x${caught[1]}`) >> BigInt(number - 1)) & 1n) === 1n;
}

for (const [signal, number] of [['SIGTERM', 15], ['SIGINT', 2], ['SIGHUP', 1]]) {
  test(`${signal} ends the server in order, as soon as it has begun`, async () => {
    const server = await startServer();
    assert.equal(await server.program.stop(signal), 0);
    // Once in some tries long before it is ready: this process may be busy.
    let wasReady = true;
    for (let tries = 0; wasReady && tries < 5; ++tries) {
      const early = spawn(binary('reprise'), ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', server.dataDir], { env: cleanEnvironment() });
      let output = '';
      early.stdout.on('data', (data) => (output += data));
      const ended = once(early, 'exit');
      while (!handles(early.pid, number)) await sleep(0);
      wasReady = output !== '';
      early.kill(signal);
      assert.deepEqual(await ended, [0, null]);
    }
    assert.equal(wasReady, false, 'or this test proves nothing');
    await server.stop();
  });
}

test('a key file that others can read, and a key of two lines, are refused', async () => {
  const server = await startServer();
  const file = join(server.dataDir, 'key');
  const ask = () => run('reprise', ['config'], { REPRISE_GEMINI_KEY_FILE: file });
  writeFileSync(file, 'one-key\r\n', { mode: 0o600 });
  assert.equal((await ask()).code, 0);
  writeFileSync(file, 'one\r\nX-Other: two\r\n');
  assert.match((await ask()).stderr, /^reprise: [^\n]+one line[^\n]*\n$/);
  writeFileSync(file, 'one-key\n');
  for (const [mode, expected] of [[0o644, 78], [0o604, 78], [0o640, 0], [0o400, 0]]) {
    chmodSync(file, mode);
    const { code, stderr } = await ask();
    assert.equal(code, expected, mode.toString(8));
    if (code !== 0) assert.match(stderr, /^reprise: [^\n]+others[^\n]*\n$/, mode.toString(8));
  }
  await server.stop();
});
