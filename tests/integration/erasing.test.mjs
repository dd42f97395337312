// Erased stays erased, and erasing always works.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, writeSync, closeSync, existsSync, unlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { tracesAnywhere } from '../faults/session.mjs';
import { eventually, remove, sha256, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
});

async function recorded(server, count) {
  const { id, chat, started } = await server.begin();
  for (let seq = 0; seq < count; ++seq) assert.equal((await server.put(id, seq, chunks[seq])).status, 201);
  return { id, chat, live: started.live_session.id };
}

test('several erases at once all succeed, and none waits for all others', async () => {
  const server = await startServer();
  for (let round = 0; round < 10; ++round) {
    const { id } = await recorded(server, 2);
    const answers = await Promise.all([1, 2].map(() => server.ask('DELETE', `/api/recordings/${id}`)));
    for (const { status } of answers) assert.ok([202, 204].includes(status), `round ${round}: ${status}`);
  }
  const many = [];
  for (let i = 0; i < 30; ++i) many.push(await recorded(server, 1));
  const began = Date.now();
  const answers = await Promise.all(many.map(async ({ id }) => {
    const { status } = await server.ask('DELETE', `/api/recordings/${id}`);
    return { status, ms: Date.now() - began };
  }));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))].filter((status) => status !== 204 && status !== 202), []);
  assert.ok(answers.every(({ ms }) => ms < 60_000), JSON.stringify(answers.map(({ ms }) => ms)));   // each alone may take 0.8 s
  await eventually(async () => readdirSync(join(server.dataDir, 'objects/recordings')).length, (count) => count === 0);
  await server.stop();
});

test('an erase ends a download that is being read slowly', async () => {
  const server = await startServer();
  const many = await syntheticChunks(200);
  const { id } = await server.begin();
  for (const [seq, bytes] of many.entries()) assert.equal((await server.put(id, seq, bytes)).status, 201);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: many.length - 1, reason: 'hangup' });
  const asked = request(`${server.url}/api/recordings/${id}/recording.mcap`, { headers: { origin: server.url } }).end();
  const [answer] = await once(asked, 'response');
  const closed = new Promise((resolve) => answer.on('close', resolve));
  answer.on('error', () => {}); // it is cut
  answer.socket.pause(); // the network holds a few megabytes, the rest stays with the server
  const size = Number(answer.headers['content-length']);
  assert.ok(size > 20_000_000, `${size}`);
  assert.ok([202, 204].includes((await server.ask('DELETE', `/api/recordings/${id}`)).status));
  await sleep(2_500); // rights are looked at every two seconds
  let got = 0;
  answer.on('data', (piece) => (got += piece.length));
  answer.socket.resume();
  await closed;
  assert.ok(got < size, `all ${size} bytes`);
  assert.equal(answer.complete, false);
  await server.stop();
});

test('nothing of an erased recording is left in any file, in any row or in the log', async () => {
  const server = await startServer();
  const { id, chat, live } = await recorded(server, chunks.length);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  const manifest = () => server.ask('GET', `/api/recordings/${id}`);
  const { body } = await eventually(manifest, (answer) => answer.body.media !== null);
  const name = 'Pfirsichblütenhonig';
  await server.ask('PATCH', `/api/recordings/${id}`, { title: name });
  const title = (await server.ask('GET', `/api/chats/${chat.id}`)).body.title;
  assert.notEqual(title, 'New chat', 'the first words have named the chat');
  const words = body.turns.flatMap(({ text }) => text.split(/[^\p{L}]+/u)).filter((word) => word.length > 5);
  const hashes = chunks.map((bytes) => sha256(bytes).toString('hex'));
  const secrets = [title, name, ...new Set(words), ...hashes, ...hashes.map((hash) => hash.slice(0, 16))];
  for (const some of [words, hashes, [title], [name]]) assert.ok((await tracesAnywhere(server.dataDir, some)).length > 0, `or this test proves nothing: ${some}`);
  await server.erase(`/api/recordings/${id}`);
  assert.deepEqual(await tracesAnywhere(server.dataDir, secrets), []);
  assert.equal((await server.ask('GET', `/api/chats/${chat.id}`)).body.title, 'New chat');
  await server.erase(`/api/chats/${chat.id}`);
  assert.deepEqual(await tracesAnywhere(server.dataDir, [chat.id, live]), [], 'the tombstone names the recording only');
  for (const secret of secrets) assert.ok(!server.program.log.includes(secret), `the log holds ${secret}`);
  await server.stop();
});

test('a full disk can be emptied through the app, also after a restart', async (t) => {
  const disk = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    remove(disk);
    return t.skip('needs the right to mount');
  }
  try {
    let server = await startServer({ dataDir: join(disk, 'data'), args: ['--min-free-mb', '0'] });
    const recordings = [];
    for (let i = 0; i < 4; ++i) recordings.push(await recorded(server, 10));
    const fill = () => {
      const file = openSync(join(disk, 'other'), 'a');
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
      }
      closeSync(file);
    };
    // The server may still free some space: of what it made from the chunks, or of its log.
    const filled = async (question) => {
      fill();
      return question();
    };
    await eventually(() => filled(() => server.fetch('/readyz')), ({ status }) => status === 503);
    // A chunk that fitted into such space is repeated with 201 for ever: each attempt brings another one.
    let seq = 10;
    await eventually(() => filled(() => server.put(recordings[0].id, seq, chunks[seq++])), ({ status }) => status === 507);
    const erased = await server.ask('DELETE', `/api/recordings/${recordings[0].id}`);
    assert.ok([202, 204].includes(erased.status), `${erased.status}`);
    assert.equal((await server.ask('GET', `/api/recordings/${recordings[0].id}`)).status, 410);
    fill();
    server = await server.restart();
    fill();
    const chat = await server.ask('DELETE', `/api/chats/${recordings[1].chat.id}`);
    assert.ok([202, 204].includes(chat.status), `${chat.status}`);
    if (existsSync(join(disk, 'other'))) unlinkSync(join(disk, 'other'));
    await eventually(() => server.fetch('/readyz'), ({ status }) => status === 200);
    assert.equal((await server.put(recordings[2].id, 11, chunks[11])).status, 201);
    await server.program.stop();
    await server.tokens.close();
  } finally {
    execFileSync('umount', ['-l', disk]);
    remove(disk);
  }
});

test('what is read while it is erased is there or gone, never an error of the server', async () => {
  const server = await startServer();
  const seen = new Set();
  for (let round = 0; round < 10; ++round) {
    const { id, chat } = await recorded(server, 5);
    assert.equal((await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: 4, reason: 'hangup' })).status, 200);
    await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media);
    let erased = false;
    const answered = new Set();
    const parts = ['', '/media', '/captions.vtt', '/waveform', '/events', '/thumbnail', '/strip', '/recording.mcap', '/bookmarks', '/chunks'];
    const readers = parts.map(async (part) => {
      while (!erased) {
        const answer = await server.fetch(`/api/recordings/${id}${part}`);
        seen.add(`${part} ${answer.status}`);
        answered.add(part);
        await answer.arrayBuffer().catch(() => {}); // what is sent while it is made may be cut
      }
    });
    const allAnswered = () => eventually(async () => answered.size, (count) => count === parts.length);
    await allAnswered();
    const { status } = await server.ask('DELETE', round % 2 ? `/api/recordings/${id}` : `/api/chats/${chat.id}`);
    assert.ok([202, 204].includes(status), `${status}`);
    answered.clear();
    await allAnswered();
    await eventually(async () => seen.has(' 410'), Boolean);
    erased = true;
    await Promise.all(readers);
  }
  assert.ok(seen.has(' 200') && seen.has(' 410'), 'or it proves nothing');
  assert.deepEqual([...seen].filter((one) => !/ (200|404|409|410)$/.test(one)), []);
  await server.stop();
});
