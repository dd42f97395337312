// What was acknowledged survives kill -9, and what was erased stays erased.
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { eventually, sha256, sleep, startServer, syntheticChunks } from '../harness/programs.mjs';

let chunks;
before(async () => {
  chunks = await syntheticChunks(30);
});

const hex = (bytes) => sha256(bytes).toString('hex');
const objects = (dataDir) =>
  readdirSync(join(dataDir, 'objects/recordings'), { recursive: true }).filter((name) => name.endsWith('.mcap'));

/** Uploads until the server is gone. Returns what was acknowledged: a map from "recording seq" to the hash. */
async function uploadUntilKilled(server, recordings, acknowledged) {
  const upload = async (id, first) => {
    for (let round = 0; ; ++round) {
      const seq = first + round * 2;
      const bytes = chunks[seq % chunks.length];
      try {
        const response = await server.put(id, seq, bytes);
        await response.arrayBuffer();
        if (response.status === 201) acknowledged.set(`${id} ${seq}`, hex(bytes));
      } catch {
        return;  // unknown outcome: the chunk may be there or not
      }
    }
  };
  await Promise.all(recordings.flatMap((id) => [upload(id, 0), upload(id, 1)]));
}

test('kill -9 under upload: no acknowledged chunk is missing or different', async () => {
  let server = await startServer();
  const recordings = [];
  for (let i = 0; i < 4; ++i) recordings.push((await server.begin()).id);
  const acknowledged = new Map();
  for (const afterMs of [300, 700, 150]) {
    const before = acknowledged.size;
    const uploads = uploadUntilKilled(server, recordings, acknowledged);
    await eventually(async () => acknowledged.size, (count) => count >= before + 10);
    await sleep(afterMs);
    await server.program.stop('SIGKILL');
    await uploads;
    server = await server.restart();
    const stored = new Map();
    for (const id of recordings) {
      for (const chunk of (await server.chunksOf(id)).body.chunks) {
        stored.set(`${id} ${chunk.seq}`, chunk.sha256);
      }
    }
    for (const [name, digest] of acknowledged) assert.equal(stored.get(name), digest, name);
  }
  // The download is made from all chunks, so each of them must be undamaged.
  for (const id of recordings) {
    const { body } = await server.chunksOf(id);
    const response = await server.fetch(`/api/recordings/${id}/recording.mcap`);
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.deepEqual([...bytes.subarray(-8)], [0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a], 'the download has its end');
    const after = await server.chunksOf(id);
    assert.equal(after.body.chunks.length, body.chunks.length, 'none was found damaged');
  }
  await server.stop();
});

test('killed while it erases: the next start removes the rest', async () => {
  let server = await startServer();
  const { id } = await server.begin();
  for (let seq = 0; seq < 10; ++seq) assert.equal((await server.put(id, seq, chunks[seq])).status, 201);
  const erased = server.ask('DELETE', `/api/recordings/${id}`).catch(() => undefined);
  await sleep(2);
  await server.program.stop('SIGKILL');
  await erased;
  server = await server.restart();
  const answer = await server.ask('GET', `/api/recordings/${id}`);
  if (answer.status === 410) {
    await eventually(async () => objects(server.dataDir).length, (count) => count === 0);
  } else {
    assert.equal(answer.body.recording.chunks_stored, 10, 'all or nothing');
  }
  await server.erase(`/api/recordings/${id}`);
  assert.equal(objects(server.dataDir).length, 0);
  assert.equal((await server.put(id, 0, chunks[0])).status, 410);
  await server.stop();
});

test('deleting a chat erases its recordings', async () => {
  const server = await startServer();
  const { id, chat } = await server.begin();
  await server.put(id, 0, chunks[0]);
  await server.erase(`/api/chats/${chat.id}`);
  assert.equal((await server.ask('GET', `/api/recordings/${id}`)).status, 410);
  assert.equal((await server.put(id, 1, chunks[1])).status, 410);
  assert.equal(objects(server.dataDir).length, 0);
  await server.stop();
});

test('objects without row are put aside in time, rows without object are reported and heal', async () => {
  let server = await startServer({ args: ['--put-aside-after', '1'] });
  const { id } = await server.begin();
  for (let seq = 0; seq < 3; ++seq) await server.put(id, seq, chunks[seq]);
  await server.program.stop();
  const folder = join(server.dataDir, 'objects/recordings', id);
  rmSync(join(folder, readdirSync(folder).find((name) => name.startsWith('0000000001'))));
  writeFileSync(join(folder, '0000000009-0000000000000000.mcap'), 'never acknowledged');
  server = await server.restart();
  await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.recording.missing_seqs.length === 1);
  await eventually(async () => readdirSync(folder).length, (count) => count === 2);
  assert.equal((await server.put(id, 1, chunks[1])).status, 201);
  assert.deepEqual((await server.ask('GET', `/api/recordings/${id}`)).body.recording.missing_seqs, []);
  await server.stop();
});

test('a recording that nobody continues is abandoned, and its journal still heals it', async () => {
  const server = await startServer({ args: ['--abandon-after', '1'] });
  const { id, started } = await server.begin();
  await server.put(id, 0, chunks[0]);
  const manifest = () => server.ask('GET', `/api/recordings/${id}`);
  const abandoned = await eventually(manifest, ({ body }) => body.recording.state !== 'recording');
  assert.equal(abandoned.body.recording.state, 'complete_with_gaps');
  assert.equal(abandoned.body.recording.reason, 'abandoned');
  assert.equal((await server.ask('GET', `/api/live/sessions/${started.live_session.id}`)).body.reason, 'abandoned');
  assert.equal((await server.put(id, 1, chunks[1])).status, 201);
  const finished = await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: 1, reason: 'crash' });
  assert.equal(finished.body.state, 'complete');
  assert.equal(finished.body.reason, 'crash');
  await eventually(manifest, ({ body }) => body.media !== null);
  await server.stop();
});
