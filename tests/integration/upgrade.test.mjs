// A rolling upgrade: nodes of an older version and of this one beside each other, on one PostgreSQL and one bucket.
// (tests/harness/older.mjs says which version the older one is.)
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { oldProgram } from '../harness/older.mjs';
import { Postgres } from '../harness/postgres.mjs';
import { consent, eventually, remove, run, startServer, startTokenService, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

const skip = process.env.TEST_LONG === '1' ? false : 'TEST_LONG=1 runs it: it builds an older version';
const folder = temporaryFolder();
const postgres = new Postgres();
let fake;
let tokens;
let chunks;
let old;
let env;

before(async () => {
  if (skip) return;
  old = oldProgram();
  [fake, tokens, chunks] = await Promise.all([FakeGcs.start(), startTokenService(), syntheticChunks(30), postgres.start()]);
  const key = join(folder, 'key.json');
  writeFileSync(key, JSON.stringify(fake.account), { mode: 0o600 });
  env = {
    REPRISE_DATABASE_URL: await postgres.database(),
    REPRISE_BLOB_STORE: `gs://test-bucket/own?endpoint=${encodeURIComponent(fake.url)}`,
    REPRISE_PACK_AFTER: '1',
    GOOGLE_APPLICATION_CREDENTIALS: key,
    no_proxy: '*',
  };
});
after(async () => {
  await Promise.all([fake?.stop(), tokens?.close(), postgres.remove()]);
  remove(folder);
});

const node = (more = {}) => startServer({ env, tokens, ...more });
const put = async (of, id, seq) => assert.equal((await of.put(id, seq, chunks[seq])).status, 201);
const finish = (of, id) => of.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
async function film(of, id) {
  const { body } = await eventually(() => of.ask('GET', `/api/recordings/${id}`), (answer) => answer.body?.media);
  return createHash('sha256').update(Buffer.from(await (await of.fetch(body.media.url)).arrayBuffer())).digest('hex');
}
const titles = async (of) => (await of.ask('GET', '/api/chats')).body.chats.map(({ title }) => title).sort();

test('a talk that begins on the old version goes on while the new one comes, and ends on it', { skip }, async () => {
  const before = await node({ built: old });
  const chat = (await before.ask('POST', '/api/chats', { title: 'from before' })).body;
  const started = await before.ask('POST', '/api/live/sessions', { chat_id: chat.id, record: true, consent });
  const id = started.body.recording_id;
  for (let seq = 0; seq < 10; ++seq) await put(before, id, seq);

  const now = await node();  // runs the migrations while the old one serves
  for (let seq = 10; seq < 20; ++seq) await put(seq % 2 ? now : before, id, seq);
  assert.equal((await now.ask('POST', '/api/chats', { title: 'from now' })).status, 201);
  assert.equal((await before.ask('POST', '/api/chats', { title: 'from before, later' })).status, 201);
  for (const of of [before, now]) assert.deepEqual(await titles(of), ['from before', 'from before, later', 'from now']);

  // A talk that begins and ends on the old one, on the new schema.
  const whole = (await before.ask('POST', '/api/live/sessions', { chat_id: chat.id, record: true, consent })).body.recording_id;
  for (let seq = 0; seq < chunks.length; ++seq) await put(before, whole, seq);
  assert.equal((await finish(before, whole)).body.state, 'complete');
  assert.equal(await film(now, whole), await film(before, whole));

  assert.equal(await before.program.stop(), 0);
  for (let seq = 20; seq < chunks.length; ++seq) await put(now, id, seq);
  assert.equal((await finish(now, id)).body.state, 'complete');
  const played = await film(now, id);
  assert.equal((await now.ask('GET', `/api/recordings/${id}`)).body.loss.chunks_stored, chunks.length);

  const again = await node();
  assert.equal(await film(again, id), played);
  assert.equal(await film(again, whole), await film(now, whole));
  for (const one of [again, now]) await one.program.stop();
  for (const one of [before, now, again]) remove(one.dataDir);
});

test('an old program says why it does not start on the new tables', { skip }, async () => {
  const data = join(folder, 'old');
  const said = await run(old, ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', data, '--gemini-url', tokens.url], env);
  assert.equal(said.code, 78, said.stderr);
  assert.match(said.stderr, /newer/);
});
