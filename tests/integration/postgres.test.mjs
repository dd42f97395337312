// PostgreSQL instead of SQLite: a real one, which is stopped, killed, and unreachable.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { freePort } from '../harness/ports.mjs';
import { nameOf, Postgres } from '../harness/postgres.mjs';
import { eventually, remove, run, sleep, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

const postgres = new Postgres();
const serverOn = (url, more = {}) => startServer({ env: { REPRISE_DATABASE_URL: url }, ...more });
const ready = async (server) => (await server.fetch('/readyz')).status;

let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
  await postgres.start();
});
after(() => postgres.remove());

test('a recording is stored, played, renamed after a restart, and erased', async () => {
  let server = await serverOn(await postgres.database());
  const { id, chat } = await server.begin();
  for (let seq = 0; seq < chunks.length; ++seq) assert.equal((await server.put(id, seq, chunks[seq])).status, 201);
  assert.equal((await server.put(id, 3, chunks[3])).status, 201, 'a repeat is no second chunk');
  assert.equal((await server.put(id, 3, chunks[4])).status, 409);
  await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  const whole = await eventually(() => server.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null);
  assert.equal(whole.body.recording.state, 'complete');
  assert.equal(whole.body.recording.chunks_stored, chunks.length);
  server = await server.restart();
  const listed = (await server.ask('GET', '/api/recordings')).body.recordings;
  assert.deepEqual(listed.map((one) => one.id), [id]);
  assert.equal((await server.fetch(`/api/recordings/${id}/media`)).status, 200);
  assert.equal((await server.ask('PATCH', `/api/chats/${chat.id}`, { title: 'Grüße 你好' })).body.title, 'Grüße 你好');
  assert.equal((await server.ask('GET', `/api/chats/${chat.id}/messages`)).body.messages.length, 1);
  assert.ok([202, 204].includes((await server.ask('DELETE', `/api/chats/${chat.id}`)).status));
  assert.equal((await server.ask('GET', `/api/recordings/${id}`)).status, 410);
  assert.equal(await server.stop(), 0);
});

/** Uploads chunks of four recordings at the same time, and keeps what was acknowledged. */
async function ingest(server) {
  const ids = (await Promise.all([0, 1, 2, 3].map(() => server.begin()))).map(({ id }) => id);
  const ledger = new Map(ids.map((id) => [id, new Set()]));
  const statuses = new Map();
  let over = false;
  const uploads = ids.map(async (id) => {
    for (let seq = 0; !over; ) {
      const status = await server.put(id, seq, chunks[seq % chunks.length]).then((answer) => answer.status, () => 0);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 201) ledger.get(id).add(seq++);
      else await sleep(50);
    }
  });
  const acknowledged = () => [...ledger.values()].reduce((sum, seqs) => sum + seqs.size, 0);
  return {
    statuses,
    async goesOn() {
      const before = acknowledged();
      await eventually(async () => acknowledged(), (count) => count >= before + 40);
    },
    async end() {
      over = true;
      await Promise.all(uploads);
    },
    /** What is stored is what was acknowledged. */
    async compare() {
      for (const id of ids) {
        const stored = (await server.chunksOf(id)).body.chunks.map(({ seq }) => seq);
        assert.deepEqual(stored, [...ledger.get(id)], 'each once, and nothing else');
        const last = ledger.get(id).size - 1;
        const { body } = await server.ask('POST', `/api/recordings/${id}/finish`, { last_seq: last, reason: 'hangup' });
        assert.equal(body.state, 'complete', JSON.stringify(body));
      }
    },
  };
}
const others = (statuses, usual) => [...statuses].filter(([status]) => !usual.includes(status));

test('what was acknowledged survives a database that is stopped and killed while chunks arrive', async () => {
  const server = await serverOn(await postgres.database());
  const uploads = await ingest(server);
  for (const command of ['stop', 'kill', 'kill']) {
    await uploads.goesOn();
    await postgres[command]();
    await eventually(() => ready(server), (status) => status === 503);
    await postgres.start();
    await eventually(() => ready(server), (status) => status === 200);
  }
  await uploads.goesOn();
  await uploads.end();
  assert.deepEqual(others(uploads.statuses, [201, 503]), []);
  assert.ok(uploads.statuses.get(503) > 0, 'or nothing was away');
  await uploads.compare();
  assert.equal(await server.stop(), 0);
});

test('what was acknowledged survives a database whose disk is full', async (t) => {
  const disk = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=755', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    remove(disk);
    return t.skip('needs the right to mount');
  }
  const small = new Postgres({ folder: join(disk, 'postgres') });
  t.after(async () => {
    await small.remove().catch(() => {});
    execFileSync('umount', ['-l', disk]);
    remove(disk);
  });
  await small.start();
  const server = await serverOn(await small.database());
  const uploads = await ingest(server);
  const other = join(disk, 'other');
  /** Takes what is left of the disk, also what PostgreSQL has given back since. */
  const fill = () => {
    const file = openSync(other, 'a');
    try {
      for (;;) writeSync(file, Buffer.alloc(64 * 1024));
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
    closeSync(file);
  };
  for (let round = 0; round < 2; ++round) {
    await uploads.goesOn();
    await eventually(() => {
      fill();
      return ready(server);
    }, (status) => status === 503);
    const refused = await server.ask('POST', '/api/chats', {});
    assert.ok([503, 507].includes(refused.status), refused.text);
    unlinkSync(other);
    await small.start().catch(() => {});   // it ends by itself when it cannot write its log
    await eventually(() => ready(server), (status) => status === 200);
  }
  await uploads.goesOn();
  await uploads.end();
  assert.deepEqual(others(uploads.statuses, [201, 503, 507]), []);
  assert.ok(uploads.statuses.size > 1, 'or nothing was refused');
  await uploads.compare();
  assert.equal(await server.stop(), 0);
});

test('a database that is away at the start is waited for', async () => {
  const url = await postgres.database();
  await postgres.stop();
  const server = await serverOn(url);
  assert.equal(await ready(server), 503);
  const refused = await server.ask('POST', '/api/chats', {});
  assert.equal(refused.status, 503);
  assert.ok(refused.headers.get('retry-after'));
  assert.match(refused.headers.get('content-type'), /problem\+json/);
  await postgres.start();
  await eventually(() => ready(server), (status) => status === 200);
  assert.equal((await server.ask('POST', '/api/chats', {})).status, 201);
  assert.equal(await server.stop(), 0);
});

test('a setting that is wrong is told in one sentence, exit 78', async () => {
  const url = await postgres.database();
  const refusal = async (databaseUrl, args = [], env = {}) => {
    const above = temporaryFolder();
    const dataDir = join(above, 'some', 'data');
    const ended = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', dataDir, ...args], { REPRISE_DATABASE_URL: databaseUrl, ...env });
    const left = readdirSync(above);
    remove(above);
    assert.equal(ended.code, 78, ended.stderr);
    assert.deepEqual(left, [], 'before anything is written');
    const sentence = ended.stderr.split('\n').filter((line) => line && !line.startsWith('{'));
    assert.equal(sentence.length, 1, ended.stderr);
    assert.ok(!ended.stderr.includes('hunter2'), 'no password');
    return sentence[0];
  };
  assert.match(await refusal('postgres://u:hunter2@localhost/db?sslmod=off'), /REPRISE_DATABASE_URL/);
  assert.match(await refusal('mysql://u:hunter2@localhost/db'), /postgres:\/\//);
  assert.match(await refusal('postgres://u:hunter2@db.example/db'), /verify-full/);
  assert.match(await refusal(url.replace('test_', 'no_such_')), /does not exist/);
  assert.match(await refusal(url.replace('reprise@', 'nobody@')), /REPRISE_DATABASE_URL.*nobody/);
  assert.match(await refusal(`${url}&sslmode=sometimes`), /REPRISE_DATABASE_URL.*sslmode/);
  assert.match(await refusal(`${url}&options=-c%20absent%3D1`), /^(?:(?!FATAL)[^])*FATAL(?:(?!FATAL)[^])*"absent"$/, 'once, however often libpq tried');
  await postgres.sql('postgres', "create database latin encoding 'LATIN1' locale 'C' template template0");
  assert.match(await refusal(url.replace(nameOf(url), 'latin')), /REPRISE_DATABASE_URL.*LATIN1.*'UTF8'/);
  const theirs = await postgres.database();
  const tables = () => postgres.sql(nameOf(theirs), "select tablename from pg_tables where schemaname = 'public'");
  await postgres.sql(nameOf(theirs), 'create table schema_migration (version text)');
  assert.match(await refusal(theirs), /tables of another program/);
  assert.deepEqual(await tables(), ['schema_migration']);
  await postgres.sql(nameOf(theirs), 'drop table schema_migration; create role pauper login; revoke create on schema public from public');
  assert.match(await refusal(theirs.replace('reprise@', 'pauper@')), /REPRISE_DATABASE_URL.*grant create/);
  // One of another account, which ours may neither read nor write.
  await postgres.sql(nameOf(theirs), 'create table ledger (entry text); grant create on schema public to pauper');
  assert.match(await refusal(theirs.replace('reprise@', 'pauper@')), /tables of another program/);
  assert.deepEqual(await tables(), ['ledger']);

  const direct = async (own) => refusal(await postgres.database(), [], { REPRISE_DATABASE_DIRECT_URL: own });
  assert.match(await direct(url.replace('reprise@', 'nobody@')), /REPRISE_DATABASE_DIRECT_URL: .*nobody/);
  assert.match(await direct(url), /REPRISE_DATABASE_DIRECT_URL: it leads to another database/);
  await postgres.pool();
  const pooled = `${url.replace('reprise@', 'nobody@')}&port=6432`;
  assert.match(await refusal(pooled, ['--database-prepare=false']), /REPRISE_DATABASE_URL.*authentication failed/);
  await postgres.unpool();

  const hba = join(new URLSearchParams(url.split('?')[1]).get('host'), 'data/pg_hba.conf');
  writeFileSync(hba, `local all locked scram-sha-256\n${readFileSync(hba, 'utf8')}`);
  await postgres.sql('postgres', "create role locked login password 'hunter2'");
  const loaded = () => postgres.sql('postgres', 'select pg_conf_load_time()');
  const before = await loaded();
  await postgres.sql('postgres', 'select pg_reload_conf()');
  await eventually(loaded, (now) => now[0] !== before[0]);
  assert.match(await refusal(url.replace('reprise@', 'locked:hunter22@')), /password authentication failed/);
  assert.match(await refusal(url.replace('reprise@', 'locked@')), /no password/);

  const server = await serverOn(url);
  assert.match(await refusal(url), /another data directory/);
  await postgres.sql(nameOf(url), "insert into schema_migration values (9999, '9999_later.sql', repeat('0', 64), 1)");
  assert.match(await refusal(url), /newer Reprise \(schema 9999/);
  await postgres.sql(nameOf(url), 'delete from schema_migration where version = 9999');
  assert.equal(await ready(server), 200);
  assert.equal(await server.stop(), 0);
});

test('what an extension has made in a database belongs to no other program', async () => {
  const url = await postgres.database();
  await postgres.sql(nameOf(url), 'create extension pg_stat_statements');
  const server = await serverOn(url);
  assert.equal(await ready(server), 200);
  assert.equal(await server.stop(), 0);
});

test('the URL is every one that libpq takes: a service, several hosts, TCP, an address, a file of passwords, no database', async (t) => {
  const [port, none] = await Promise.all([freePort(), freePort()]);
  const near = new Postgres({ port });
  t.after(() => near.remove());
  await near.start();
  const name = nameOf(await near.database());
  const places = temporaryFolder();
  const [services, passwords] = ['services', 'passwords'].map((file) => join(places, file));
  writeFileSync(services, [
    '[socket]', `host=${near.folder}`, `port=${port}`, `dbname=${name}`, 'user=reprise',
    '[loopback]', 'host=127.0.0.1', `port=${port}`, `dbname=${name}`, 'user=keyed', `passfile=${passwords}`, 'connect_timeout=5',
    '[far]', 'host=db.example', `port=${port}`, `dbname=${name}`, 'user=reprise', ''].join('\n'));
  writeFileSync(passwords, `*:${port}:*:keyed:hunter2\n`, { mode: 0o600 });
  await near.sql('postgres', "create role keyed superuser login password 'hunter2'");
  await near.sql('postgres', 'create database keyed');
  const dataDir = temporaryFolder();
  const start = (own, env = {}, where = dataDir) => startServer({ dataDir: where, env: { REPRISE_DATABASE_URL: own, PGSERVICEFILE: services, ...env } });
  const socket = encodeURIComponent(near.folder);
  const taken = [
    ['postgres://?service=socket'],
    ['postgres://', { PGSERVICE: 'socket' }],
    ['postgres://?service=loopback'],
    [`postgres://keyed@localhost:${port}/${name}`, { PGPASSFILE: passwords }],
    [`postgres://keyed:hunter2@127.0.0.1:${none},127.0.0.1:${port}/${name}?target_session_attrs=primary`],
    [`postgres://keyed:h%75nter2@/%74${name.slice(1)}?host=${socket},127.0.0.1&port=${none},${port}`],
    [`postgresql://keyed:hunter2@somewhere.example:${port}/${name}?hostaddr=127.0.0.1`],
    [`postgres://keyed:hunter2@127.0.0.1:${port}/${name}?options=-c%20geqo%3Doff&application_name=mine`],
    [`postgres://${socket}?service=far&client_encoding=latin1`],
  ];
  for (const [own, env] of taken) {
    const server = await start(own, env);
    assert.equal(await ready(server), 200, `${own}\n${server.program.log}`);
    const { body } = await server.ask('POST', '/api/chats', { title: 'Grüße 你好' });
    assert.equal(body.title, 'Grüße 你好', own);
    await server.program.stop();
    await server.tokens.close();
  }
  assert.deepEqual(await near.sql(name, "select count(*) from chat where title = 'Grüße 你好'"), [String(taken.length)], 'all in one database');
  remove(dataDir);

  const alone = await start('postgres://keyed:hunter2@127.0.0.1', { PGPORT: String(port) }, temporaryFolder());
  assert.equal(await ready(alone), 200, 'the database of the name of the user');
  assert.equal(await alone.stop(), 0);

  const refusal = async (own, env = {}) => {
    const strange = temporaryFolder();
    const { code, stderr } = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', strange], { REPRISE_DATABASE_URL: own, PGSERVICEFILE: services, ...env });
    assert.equal(code, 78, stderr);
    assert.deepEqual(readdirSync(strange), [], 'before anything is written');
    remove(strange);
    const sentences = stderr.split('\n').filter((line) => line && !line.startsWith('{'));
    assert.equal(sentences.length, 1, stderr);
    assert.match(sentences[0], /^reprise: REPRISE_DATABASE_URL: /);
    return sentences[0];
  };
  assert.match(await refusal('postgres://?service=far'), /verify-full/);
  assert.match(await refusal('postgres://', { PGSERVICE: 'far' }), /verify-full/);
  assert.match(await refusal(`postgres://reprise@localhost,db.example/${name}`), /verify-full/);
  assert.match(await refusal(`postgres://reprise@db.example/${name}?hostaddr=`), /verify-full/);
  assert.match(await refusal('postgres://?service=unknown'), /"unknown" not found/);
  assert.match(await refusal('postgres://?service=socket', { PGSERVICEFILE: join(places, 'absent') }), /service file .* not found/);
  remove(places);
});

test('with a bucket, a server that has nothing but database and bucket plays what another one made', async () => {
  const fake = await FakeGcs.start();
  const token = fake.identity.newToken(['https://www.googleapis.com/auth/devstorage.read_write']).access_token;
  const env = {
    REPRISE_DATABASE_URL: await postgres.database(), REPRISE_BLOB_STORE: `gs://test-bucket/own?endpoint=${fake.url}`, REPRISE_GCS_TOKEN: token, no_proxy: '*',
  };
  const first = await startServer({ env });
  const { id } = await first.begin();
  for (let seq = 0; seq < chunks.length; ++seq) assert.equal((await first.put(id, seq, chunks[seq])).status, 201);
  await first.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  const whole = await eventually(() => first.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null && !body.refolding);
  const film = async (server) => Buffer.from(await (await server.fetch(`/api/recordings/${id}/media`)).arrayBuffer());
  const made = await film(first);
  assert.equal(await first.stop(), 0); // its data directory is gone too

  const second = await startServer({ env });
  assert.deepEqual((await second.ask('GET', `/api/recordings/${id}`)).body, whole.body);
  assert.deepEqual(await film(second), made);
  assert.ok(!second.program.log.includes('view.finished'), 'nothing was folded again');
  assert.ok([202, 204].includes((await second.ask('DELETE', `/api/recordings/${id}`)).status));
  await eventually(async () => [...fake.bucket.objects.keys()], (names) => names.length === 1);
  assert.equal(await second.stop(), 0);

  const empty = await postgres.database();
  const dataDir = temporaryFolder();
  const stranger = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', dataDir], { ...env, REPRISE_DATABASE_URL: empty });
  assert.equal(stranger.code, 78, stranger.stderr);
  assert.match(stranger.stderr, /another installation.*gs:\/\/test-bucket\/own/);
  assert.deepEqual(readdirSync(dataDir), [], 'before anything is written');
  assert.deepEqual(await postgres.sql(nameOf(empty), "select tablename from pg_tables where schemaname = 'public'"), []);
  const typo = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', dataDir], {
    ...env, REPRISE_BLOB_STORE: `gs://test-bucket/typo?endpoint=${fake.url}`,
  });
  assert.equal(typo.code, 78, typo.stderr);
  assert.match(typo.stderr, /gs:\/\/test-bucket\/typo .*belongs to no installation, and the objects of this one lie in gs:\/\/test-bucket\/own/);
  assert.deepEqual(readdirSync(dataDir), []);
  assert.deepEqual([...fake.bucket.objects.keys()], ['own/installation']);
  remove(dataDir);
  await fake.stop();
});
