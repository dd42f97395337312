// PostgreSQL that ends connections, and that gives fewer of them than a node asks for: no request fails.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nameOf, Postgres } from '../harness/postgres.mjs';
import { eventually, sleep, startServer, syntheticChunks } from '../harness/programs.mjs';

const postgres = new Postgres();

let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
  await postgres.start();
});
after(() => postgres.remove());

/** Twelve people at once, who make chats and send chunks, and somebody who asks for readiness; while `meanwhile` runs. */
async function everybody(server, meanwhile = async () => {}) {
  const answers = [];
  const note = (what, { status }) => answers.push(`${what} ${status}`);
  const titles = Array.from({ length: 12 }, (_, person) => Array.from({ length: 5 }, (_, i) => `chat ${person} ${i}`));
  let over = false;
  const readiness = (async () => {
    for (; !over; await sleep(20)) note('readyz', await server.fetch('/readyz'));
  })();
  const people = titles.map(async (own) => {
    const { id } = await server.begin();
    for (let seq = 0; seq < chunks.length; ++seq) note('chunk', await server.put(id, seq, chunks[seq]));
    for (const title of own) note('chat', await server.ask('POST', '/api/chats', { title }));
    note('list', await server.ask('GET', '/api/recordings'));
  });
  await Promise.all([...people, meanwhile()]);
  over = true;
  await readiness;
  const counts = Object.fromEntries([...new Set(answers)].map((one) => [one, answers.filter((other) => other === one).length]));
  assert.ok(counts['readyz 200'] > 0);
  delete counts['readyz 200'];
  assert.deepEqual(counts, { 'chunk 201': 12 * chunks.length, 'chat 201': 60, 'list 200': 12 });
  return titles.flat();
}

test('connections that are ended under load fail no request, and nothing is stored twice', async () => {
  const url = await postgres.database();
  const server = await startServer({ env: { REPRISE_DATABASE_URL: url } });
  let ended = 0;
  const titles = await everybody(server, async () => {
    // One end may hit a work twice, and a work is repeated six times.
    for (let times = 0; times < 3; ++times, await sleep(30)) {
      const lines = await postgres.sql('postgres', `select pid, pg_terminate_backend(pid) from pg_stat_activity where datname = '${nameOf(url)}'`);
      const pids = lines.map((line) => line.split('\t')[0]);
      ended += pids.length;
      await eventually(() => postgres.sql('postgres', `select pid from pg_stat_activity where pid in (${[0, ...pids].join()})`), (left) => left.length === 0);
    }
  });
  assert.ok(ended > 0);
  const stored = await postgres.sql(nameOf(url), "select title from chat where title like 'chat %'");
  assert.deepEqual(stored.toSorted(), titles.toSorted());
  assert.equal(await server.stop(), 0);
});

test('a role that may have three connections serves a node that asks for twelve', async () => {
  const url = await postgres.database();
  await postgres.sql(nameOf(url), 'create role few login connection limit 3; grant all on schema public to few');
  const server = await startServer({ env: { REPRISE_DATABASE_URL: url.replace('reprise@', 'few@'), REPRISE_DATABASE_CONNECTIONS: '12' } });
  await everybody(server);
  const [held] = await postgres.sql('postgres', "select count(*) from pg_stat_activity where usename = 'few'");
  assert.ok(Number(held) >= 1 && Number(held) <= 3, held);
  assert.equal(await server.stop(), 0);
});

test('a database that stands still: readiness is red, and requests are told so, both soon; all is well when it goes on', async () => {
  const server = await startServer({ env: { REPRISE_DATABASE_URL: await postgres.database() } });
  const { id } = await server.begin();
  const asked = chunks.slice(0, 12).map((bytes, seq) => server.put(id, seq, bytes));
  assert.deepEqual((await Promise.all(asked)).map(({ status }) => status), Array(12).fill(201));
  await postgres.freeze();
  try {
    const wait = () => ({ signal: AbortSignal.timeout(12_000) }); // browsers and judges give up then
    // More than there are connections, so that some wait for their turn.
    const refused = Array.from({ length: 20 }, () => server.fetch('/api/chats', wait()));
    // Twice: by the connections that there are, and by such as cannot be made any more.
    for (let round = 0; round < 2; ++round) {
      const readiness = await server.fetch('/readyz', { signal: AbortSignal.timeout(10_000) });
      assert.equal(readiness.status, 503);
      assert.match((await readiness.json()).detail, /database/);
    }
    for (const { status, headers } of await Promise.all(refused)) assert.deepEqual([status, headers.has('retry-after')], [503, true]);
  } finally {
    await postgres.thaw();
  }
  await eventually(async () => (await server.fetch('/readyz')).status, (status) => status === 200);
  assert.equal((await server.put(id, 12, chunks[12])).status, 201);
  assert.equal(await server.stop(), 0);
});
