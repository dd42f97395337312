// The database's leader is killed under ingest, and a synchronous standby takes over: nothing acknowledged is lost or
// doubled. Runs with TEST_LONG=1, since a failover takes its time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { Patroni } from '../harness/patroni.mjs';
import { eventually, remove, sleep, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

const long = process.env.TEST_LONG === '1';
const kRecordings = 4;
/** A leader's lease lives ten seconds; then the standby is promoted, and our nodes find it. */
const kFailoverMs = 60_000;

const folder = temporaryFolder();
let patroni;
let fake;
let chunks;
before(async () => {
  if (!long) return;
  assert.deepEqual(Patroni.missing(), [], 'not installed: ./dev test --long installs them');
  patroni = new Patroni();
  [fake, chunks] = await Promise.all([FakeGcs.start(), syntheticChunks(20), patroni.start()]);
});
after(async () => {
  await Promise.all([fake?.stop(), patroni?.remove()]);
  remove(folder);
});

(long ? test : () => {})('the leader of the database is killed twice under ingest: nothing acknowledged is lost or doubled', async (t) => {
  const key = join(folder, 'key.json');
  writeFileSync(key, JSON.stringify(fake.account), { mode: 0o600 });
  const urls = await patroni.database();
  const env = {
    REPRISE_BLOB_STORE: `gs://test-bucket/own/patroni?endpoint=${encodeURIComponent(fake.url)}`,
    GOOGLE_APPLICATION_CREDENTIALS: key,
    no_proxy: '*',
  };
  // One node goes through HAProxy, the other one knows both servers.
  const nodes = [];
  for (const url of [urls.proxied, urls.both]) nodes.push(await startServer({ env: { ...env, REPRISE_DATABASE_URL: url } }));
  const begun = [];
  for (let i = 0; i < kRecordings; ++i) begun.push(await nodes[i % 2].begin());
  const ledger = new Map(begun.map(({ id }) => [id, []]));
  const statuses = new Map();
  let over = false;
  const uploads = [...ledger].map(async ([id, seqs], at) => {
    for (let tries = at; !over; ++tries) {
      const seq = seqs.length;
      const status = await nodes[tries % 2].put(id, seq, chunks[seq % chunks.length]).then((answer) => answer.status, () => 0);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 201) seqs.push(seq);
      else await sleep(50);
    }
  });
  const acknowledged = () => [...ledger.values()].reduce((sum, seqs) => sum + seqs.length, 0);
  const more = (count, withinMs) => {
    const before = acknowledged();
    return eventually(async () => acknowledged(), (now) => now >= before + count, withinMs);
  };
  for (let round = 0; round < 2; ++round) {
    await more(100, 30_000);
    const startAgain = await patroni.killLeader();
    const killed = Date.now();
    await sleep(500); // what the killed leader had answered has been counted
    await more(1, kFailoverMs);
    t.diagnostic(`acknowledged again ${Date.now() - killed} ms after the leader was killed`);
    await more(100, kFailoverMs);
    startAgain();
    await patroni.whole();
  }
  await more(100, 30_000);
  over = true;
  await Promise.all(uploads);
  t.diagnostic(`${acknowledged()} acknowledged; answers: ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}`);
  assert.deepEqual([...statuses.keys()].filter((status) => status !== 201 && status !== 503), []);
  assert.ok(statuses.get(503) > 0, 'or nothing was away');
  for (const [id, seqs] of ledger) {
    for (const node of nodes) assert.deepEqual((await node.chunksOf(id)).body.chunks.map(({ seq }) => seq), seqs, 'each once, and nothing else');
    const { body } = await nodes[1].ask('POST', `/api/recordings/${id}/finish`, { last_seq: seqs.length - 1, reason: 'hangup' });
    assert.equal(body.state, 'complete', JSON.stringify(body));
  }
  for (const node of nodes) {
    assert.equal((await node.fetch('/readyz')).status, 200);
    await node.stop();
  }
});
