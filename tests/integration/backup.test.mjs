// Backups: made while the server runs, restored into an empty installation, which plays.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { Postgres } from '../harness/postgres.mjs';
import { consent, eventually, remove, run, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

const KEY = randomBytes(32).toString('hex');
const TITLE = 'gearbox of the old bicycle';
const folder = temporaryFolder();
const vault = join(folder, 'vault');
const postgres = new Postgres();
let server;
let first;
before(async () => {
  await postgres.start();
  const chunks = await syntheticChunks(22);
  server = await startServer();
  first = await record(server, chunks, TITLE);
  await record(server, await syntheticChunks(20, '--seed', '7'), 'another one');
  assert.equal((await server.ask('POST', '/api/tasks', { title: TITLE, steps: [{ text: TITLE }] })).status, 201);
  // Entries of the audit log get their place in the chain a moment later; after that the rows stay as they are.
  await eventually(unsealed, (count) => count === 0);
});
after(async () => {
  await server?.stop();
  await postgres.remove();
  remove(folder);
});

async function record(of, chunks, title) {
  const chat = (await of.ask('POST', '/api/chats', { title })).body;
  const started = await of.ask('POST', '/api/live/sessions', { chat_id: chat.id, record: true, consent });
  const id = started.body.recording_id;
  for (const [seq, bytes] of chunks.entries()) assert.equal((await of.put(id, seq, bytes)).status, 201);
  await of.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  await played(of, id);
  return id;
}
/** The film of a recording, once it is there, by its hash; and what was said. */
async function played(of, id) {
  const { body } = await eventually(() => of.ask('GET', `/api/recordings/${id}`), (answer) => answer.body?.media);
  const film = Buffer.from(await (await of.fetch(body.media.url)).arrayBuffer());
  assert.equal(film.length, body.media.bytes);
  return { film: createHash('sha256').update(film).digest('hex'), turns: body.turns, title: body.title, duration: body.duration_ms };
}

const withKey = (key = KEY, more = {}) => ({ REPRISE_BACKUP_KEY: key, ...more });
async function works(args, env = withKey(), under = []) {
  const said = await run('reprise', args, env, under);
  assert.deepEqual([said.code, said.stderr], [0, ''], said.stdout);
  return said.stdout;
}
const backUp = (more = [], under = []) => works(['backup', '--to', vault, '--data-dir', server.dataDir, ...more], withKey(), under);
const added = (said) => Number(/(\d+) pieces \(\d+ bytes\) added now/.exec(said)[1]);
const files = (place = vault) => readdirSync(place, { recursive: true }).map((name) => join(place, name)).filter((path) => statSync(path).isFile());
const pieces = () => files(join(vault, 'pieces'));
const chatsOf = async (of) => (await of.ask('GET', '/api/chats')).body.chats.map(({ title }) => title).sort();

test('while the server runs: everything is saved, a second time only what is new, and nothing of it can be read', async () => {
  const said = await backUp();
  assert.match(said, /^\d{4}-\d\d-\d\dT[\d:.]+Z: \d+ rows, \d+ objects/);
  assert.ok(added(said) > 20, said);
  assert.match(said, /what is erased today is gone from here with the first backup after \d{4}-/);
  assert.ok(added(await backUp()) < 20);
  for (const path of files()) assert.ok(!readFileSync(path).includes(TITLE), path);
  assert.match(await works(['verify', 'backup', '--from', vault]), /: every piece opens; \d+ objects/);
});

/** Times in nanoseconds are larger than JavaScript's whole numbers. */
function all(database, sql) {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  return statement.all();
}
function unsealed() {
  const database = new DatabaseSync(join(server.dataDir, 'reprise.db'), { readOnly: true });
  const [{ count }] = all(database, 'select count(*) as count from audit_entry where seq is null');
  database.close();
  return Number(count);
}
/** Every row of every table, as text; the schema says which tables there are. */
function rowsIn(data) {
  const database = new DatabaseSync(join(data, 'reprise.db'), { readOnly: true });
  const tables = database.prepare("select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite%'").all();
  const rows = tables.map(({ name }) => [name, all(database, `select * from ${name}`).map((row) => Object.values(row).join('\t')).sort()]);
  database.close();
  return Object.fromEntries(rows);
}
// People log in again; the words of the search and the sums of the metrics are made anew; the checksums of migrations carry the time when each ran.
const OTHERWISE = /^(login_|search_|metric_|schema_migration$)/;

test('restored into an empty installation, every row is there, and it plays as before', async () => {
  const data = join(folder, 'restored');
  const said = await works(['restore', '--from', vault, '--data-dir', data]);
  assert.match(said, /\d+ rows and \d+ objects of .* are restored/);
  const [wanted, found] = [rowsIn(server.dataDir), rowsIn(data)];
  assert.deepEqual(Object.keys(found), Object.keys(wanted));
  for (const [table, rows] of Object.entries(wanted)) if (!OTHERWISE.test(table)) assert.deepEqual(found[table], rows, table);
  for (const table of ['chat', 'consent', 'recording', 'recording_chunk', 'task', 'message']) assert.ok(found[table].length > 0, table);
  const restored = await startServer({ dataDir: data });
  try {
    assert.deepEqual(await chatsOf(restored), await chatsOf(server));
    assert.deepEqual(await played(restored, first), await played(server, first));
    const { body: chunks } = await restored.chunksOf(first);
    assert.deepEqual(chunks.chunks, (await server.chunksOf(first)).body.chunks);
    const hits = async (of) => (await of.ask('GET', '/api/search?q=gearbox')).body.hits;
    assert.deepEqual(await eventually(() => hits(restored), ({ length }) => length > 0), await hits(server));
  } finally {
    await restored.stop();
  }
});

test('an empty directory, as the root of a disk is, takes a restore; one that was interrupted is named', async () => {
  const data = join(folder, 'mounted');
  mkdirSync(join(data, '.restoring'), { recursive: true });
  const refused = await run('reprise', ['restore', '--from', vault, '--data-dir', data], withKey());
  assert.deepEqual([refused.code, refused.stderr.includes(`${data}/.restoring exists already`)], [78, true], refused.stderr);
  rmSync(join(data, '.restoring'), { recursive: true });
  const { ino } = statSync(data);
  await works(['restore', '--from', vault, '--data-dir', data]);
  assert.equal(statSync(data).ino, ino, 'the directory itself stays');
  assert.ok(!existsSync(join(data, '.restoring')));
  const restored = await startServer({ dataDir: data });
  try {
    assert.deepEqual(await chatsOf(restored), await chatsOf(server));
    assert.deepEqual(await played(restored, first), await played(server, first));
  } finally {
    await restored.stop();
  }
});

test('over an installation that is there nothing is restored', async () => {
  const said = await run('reprise', ['restore', '--from', vault, '--data-dir', server.dataDir], withKey());
  assert.deepEqual([said.code, /exists already: name a directory that does not/.test(said.stderr)], [78, true], said.stderr);
});

test('into PostgreSQL and from there back to SQLite', async () => {
  const url = await postgres.database();
  const data = join(folder, 'on-postgres');
  await works(['restore', '--from', vault, '--data-dir', data], withKey(KEY, { REPRISE_DATABASE_URL: url }));
  const moved = await startServer({ dataDir: data, env: { REPRISE_DATABASE_URL: url } });
  const second = join(folder, 'vault of postgres');
  try {
    assert.deepEqual(await played(moved, first), await played(server, first));
    await works(['backup', '--to', second, '--data-dir', data], withKey(KEY, { REPRISE_DATABASE_URL: url }));
  } finally {
    await moved.stop();
  }
  const back = join(folder, 'back');
  await works(['restore', '--from', second, '--data-dir', back]);
  const again = await startServer({ dataDir: back });
  try {
    assert.deepEqual(await chatsOf(again), await chatsOf(server));
    assert.deepEqual(await played(again, first), await played(server, first));
  } finally {
    await again.stop();
  }
});

test('what was restored in part serves nobody; the restore may be run again', async () => {
  const env = withKey(KEY, { REPRISE_DATABASE_URL: await postgres.database() });
  const data = join(folder, 'in part');
  const restore = (under) => run('reprise', ['restore', '--from', vault, '--data-dir', data], env, under);
  const cut = await restore(['strace', '-f', '-qq', '-o', join(folder, 'calls'), '-e', 'inject=rename,renameat,renameat2:error=EIO']);
  assert.equal(cut.code, 1, cut.stderr);
  const refused = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', join(folder, 'other'), '--gemini-url', server.tokens.url], { REPRISE_DATABASE_URL: env.REPRISE_DATABASE_URL });
  assert.deepEqual([refused.code, /whose copy has not come to its end: .*`reprise restore` again/.test(refused.stderr)], [78, true], refused.stderr);
  remove(`${data}.restoring`);
  assert.deepEqual([(await restore([])).code], [0]);
  const restored = await startServer({ dataDir: data, env: { REPRISE_DATABASE_URL: env.REPRISE_DATABASE_URL } });
  assert.deepEqual(await played(restored, first), await played(server, first));
  await restored.stop();
});

test('objects in a bucket stay there; the restored rows find them', async () => {
  const fake = await FakeGcs.start();
  const key = join(folder, 'account.json');
  writeFileSync(key, JSON.stringify(fake.account), { mode: 0o600 });
  const env = { REPRISE_BLOB_STORE: `gs://test-bucket/own?endpoint=${encodeURIComponent(fake.url)}`, GOOGLE_APPLICATION_CREDENTIALS: key, no_proxy: '*' };
  const own = join(folder, 'vault of bucket');
  const data = join(folder, 'from bucket');
  try {
    const lost = await startServer({ env });
    const id = await record(lost, (await syntheticChunks(20)).slice(0, 3), 'in a bucket');
    const before = await played(lost, id);
    const said = await works(['backup', '--to', own, '--data-dir', lost.dataDir], withKey(KEY, env));
    assert.match(said, /rows, 0 objects \(0 bytes, the others stay in the bucket\)/);
    await lost.stop();
    await works(['restore', '--from', own, '--data-dir', data], withKey(KEY, env));
    const restored = await startServer({ dataDir: data, env });
    assert.deepEqual(await played(restored, id), before);
    await restored.stop();
  } finally {
    await fake.stop();
  }
});

test('another key, no key and a changed file are refused with a sentence', async () => {
  const verify = (env) => run('reprise', ['verify', 'backup', '--from', vault], env);
  const wrong = await verify(withKey(randomBytes(32).toString('hex')));
  assert.deepEqual([wrong.code, /made with another key/.test(wrong.stderr)], [1, true], wrong.stderr);
  const none = await verify({});
  assert.deepEqual([none.code, /REPRISE_BACKUP_KEY .* is missing/.test(none.stderr)], [78, true], none.stderr);
  const [path] = pieces();
  const bytes = readFileSync(path);
  const changed = Buffer.from(bytes);
  changed[changed.length >> 1] ^= 1;
  writeFileSync(path, changed);
  const altered = await verify(withKey());
  writeFileSync(path, bytes);
  assert.deepEqual([altered.code, /it was changed/.test(altered.stderr)], [1, true], altered.stderr);
  await works(['verify', 'backup', '--from', vault]);
});

test('what was erased is in no newer backup, and ages out of the older ones', async () => {
  const before = pieces().length;
  assert.ok([202, 204].includes((await server.fetch(`/api/recordings/${first}`, { method: 'DELETE' })).status));
  await eventually(() => Promise.resolve(existsSync(join(server.dataDir, 'objects/recordings', first))), (there) => !there);
  await backUp();
  assert.ok(pieces().length >= before, 'older snapshots are whole');
  const said = await backUp(['--keep-days', '1'], ['faketime', '-f', '+3d']);
  assert.match(said, /^.*\n(?!0 )\d+ old snapshots and (?!0 )\d+ pieces were removed/);
  assert.ok(pieces().length < before - 15, `${pieces().length} of ${before}`);
  await works(['verify', 'backup', '--from', vault]);
  const data = join(folder, 'later');
  await works(['restore', '--from', vault, '--data-dir', data]);
  const restored = await startServer({ dataDir: data });
  try {
    assert.equal((await restored.ask('GET', `/api/recordings/${first}`)).status, 410);
  } finally {
    await restored.stop();
  }
});
