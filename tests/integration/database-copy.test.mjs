// `reprise db copy`: an installation on SQLite moves to PostgreSQL.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { nameOf, Postgres } from '../harness/postgres.mjs';
import { eventually, remove, run, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

const postgres = new Postgres();

let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
  await postgres.start();
});
after(() => postgres.remove());

test('an installation on SQLite moves to PostgreSQL, and nothing is lost or changed', async () => {
  const url = await postgres.database();
  const small = await startServer();
  const kept = await small.begin();
  for (let seq = 0; seq < chunks.length; ++seq) await small.put(kept.id, seq, chunks[seq]);
  await small.ask('POST', `/api/recordings/${kept.id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  await eventually(() => small.ask('GET', `/api/recordings/${kept.id}`), ({ body }) => body.media !== null);
  const running = await small.begin();
  await small.put(running.id, 0, chunks[0]);
  const gone = await small.begin();
  await small.ask('DELETE', `/api/recordings/${gone.id}`);
  await small.ask('PATCH', `/api/chats/${running.chat.id}`, { title: '你好, "Grüße"' });
  for (let i = 0; i < 1_200; ++i) await small.ask('POST', '/api/chats', { title: `Chat ${i}` }); // more than one batch
  const paths = ['/api/chats?limit=200', '/api/recordings', `/api/chats/${running.chat.id}/messages`, `/api/recordings/${running.id}`];
  // Whether a session says nothing for long changes by itself.
  const seen = async (server) => Promise.all(paths.map(async (path) => (await server.ask('GET', path)).text.replaceAll(/"quiet":(true|false)/g, '')));
  const copy = (...more) => run('reprise', ['db', 'copy', '--from', small.dataDir, '--to', url, ...more], { REPRISE_LISTEN: 'localhost:1' });

  const served = await copy();
  assert.equal(served.code, 1, 'refused while it is served');
  assert.match(served.stderr, /in use/);
  const before = await seen(small);
  await small.program.stop();
  const first = await copy();
  assert.deepEqual([first.code, first.stderr], [0, ''], 'what it does is said in words');
  assert.match(first.stdout, /chat +1203 rows, 1203 added/);
  await postgres.pool();
  const pooled = await run('reprise', ['db', 'copy', '--from', small.dataDir, '--to', `${url}&port=6432`, '--database-prepare=false']);
  await postgres.unpool();
  for (const again of [pooled, await copy()]) assert.match(again.stdout, /chat +1203 rows, 0 added/, again.stderr);

  const large = await startServer({ dataDir: small.dataDir, tokens: small.tokens, env: { REPRISE_DATABASE_URL: url } });
  assert.deepEqual(await seen(large), before);
  assert.equal((await large.fetch(`/api/recordings/${kept.id}/media`)).status, 200);
  assert.equal((await large.ask('GET', `/api/recordings/${gone.id}`)).status, 410);
  assert.equal((await large.put(running.id, 1, chunks[1])).status, 201, 'it goes on');
  assert.equal(await large.stop(), 0);

  const other = await startServer();
  await other.program.stop();
  const strange = await run('reprise', ['db', 'copy', '--from', other.dataDir, '--to', url]);
  assert.equal(strange.code, 78, strange.stderr);
  assert.match(strange.stderr, /reprise: --to: .*serves an installation already/);
  const nobody = await run('reprise', ['db', 'copy', '--from', other.dataDir], { REPRISE_DATABASE_URL: url.replace('reprise@', 'nobody@') });
  assert.equal(nobody.code, 78, nobody.stderr);
  assert.match(nobody.stderr, /^reprise: REPRISE_DATABASE_URL: [^\n]*"nobody" does not exist\n$/, 'one sentence');
  for (const content of ['', 'no database'.repeat(1_000)]) {
    writeFileSync(join(other.dataDir, 'reprise.db'), content);
    const broken = await run('reprise', ['db', 'copy', '--from', other.dataDir, '--to', await postgres.database()]);
    assert.equal(broken.code, 78, broken.stderr);
    assert.match(broken.stderr, /^reprise: --from [^\n]*reprise\.db cannot be copied[^\n]*\n$/);
  }
  remove(other.dataDir);
  const late = await run('reprise', ['db', 'copy', '--from', temporaryFolder(), '--to', url]);
  assert.equal(late.code, 78);
  assert.match(late.stderr, /no reprise.db/);
});

test('a copy that was stopped goes on from its own source only', async () => {
  const sources = [await startServer(), await startServer()];
  for (const one of sources) {
    await one.ask('POST', '/api/chats', { title: 'one' });
    await one.program.stop();
  }
  const [own, other] = sources;
  const url = await postgres.database();
  const copy = (from) => run('reprise', ['db', 'copy', '--from', from.dataDir, '--to', url]);
  const rows = () => postgres.sql(nameOf(url), 'select chat_id from chat');
  assert.equal((await copy(own)).code, 0);
  const whole = await rows();
  await postgres.sql(nameOf(url), `delete from chat; create function stop() returns trigger language plpgsql as 'begin raise exception ''stopped''; end';
    create trigger stop before insert on chat for each row execute function stop()`);
  const stopped = await copy(own);
  assert.match(stopped.stderr, /stopped/);
  assert.notEqual(stopped.code, 0);
  await postgres.sql(nameOf(url), 'drop trigger stop on chat');
  const refused = await copy(other);
  assert.equal(refused.code, 78, refused.stderr);
  assert.match(refused.stderr, /holds a part of another installation: give an empty one/);
  assert.deepEqual(await rows(), [], 'nothing was written');
  const served = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', own.dataDir], { REPRISE_DATABASE_URL: url });
  assert.equal(served.code, 78, served.stderr);
  assert.match(served.stderr, /run that `reprise db copy`/);
  assert.equal((await copy(own)).code, 0);
  assert.deepEqual(await rows(), whole);
  for (const one of sources) {
    remove(one.dataDir);
    await one.tokens.close();
  }
});

/** Runs a program for which the modes of files count, as they do for everybody but root. */
const reading = process.getuid() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];
const shut = (folder) => {
  for (const name of readdirSync(folder)) if (!['objects', 'views'].includes(name)) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, 0o555);
};

test('a source where nothing can be written is copied, and nothing is left beside it', async () => {
  const server = await startServer();
  await server.ask('POST', '/api/chats', { title: 'one' });
  await server.ask('POST', '/api/chats', { title: 'two' });
  // As on a snapshot of the disk: the log holds what was not moved into the file.
  const snapshot = temporaryFolder();
  for (const name of ['reprise.db', 'reprise.db-wal', 'lock']) copyFileSync(join(server.dataDir, name), join(snapshot, name));
  await server.program.stop();
  chmodSync(postgres.folder, 0o711);
  const above = temporaryFolder();
  const odd = join(above, '50% ?of #it');
  mkdirSync(odd);
  copyFileSync(join(server.dataDir, 'reprise.db'), join(odd, 'reprise.db'));
  const copy = async (from, url) => run('reprise', ['db', 'copy', '--from', from, '--to', url], {}, reading);
  for (const from of [server.dataDir, odd]) {
    shut(from);
    const files = () => readdirSync(from).map((name) => [name, name.startsWith('reprise.db') ? readFileSync(join(from, name)).length : 0]);
    const before = files();
    const url = await postgres.database();
    const copied = await copy(from, url);
    assert.equal(copied.code, 0, copied.stderr);
    assert.deepEqual((await postgres.sql(nameOf(url), 'select title from chat')).toSorted(), ['one', 'two']);
    assert.deepEqual(files(), before);
    chmodSync(from, 0o755);
  }
  shut(snapshot);
  const refused = await copy(snapshot, await postgres.database());
  assert.equal(refused.code, 78, refused.stderr);
  assert.match(refused.stderr, /^reprise: --from [^\n]*reprise\.db-wal[^\n]*where nothing can be written[^\n]*\n$/);
  chmodSync(snapshot, 0o755);
  for (const folder of [server.dataDir, snapshot, above]) remove(folder);
  await server.tokens.close();
});

test('a row that PostgreSQL cannot hold is named', async () => {
  const server = await startServer();
  await server.ask('POST', '/api/chats', { title: 'one' });
  await server.program.stop();
  // No text that we take is like these; a disk, or a person with a tool, may have made them.
  for (const broken of ["'a' || char(0)", "cast(x'ff41' as text)"]) {
    const source = new DatabaseSync(join(server.dataDir, 'reprise.db'));
    source.exec(`update chat set title = ${broken}`);
    source.close();
    const refused = await run('reprise', ['db', 'copy', '--from', server.dataDir, '--to', await postgres.database()]);
    assert.equal(refused.code, 78, refused.stderr);
    assert.match(refused.stderr, /^reprise: --from [^\n]*cannot hold row 1 of its table chat: [^\n]*\n$/);
  }
  remove(server.dataDir);
  await server.tokens.close();
});
