// The same server with other stores: how fast chunks are taken on SQLite and PostgreSQL, on a disk and in a bucket, by one
// node and by two; and how soon a recording plays whose film comes from a bucket that is some way off.
import { FakeGcs } from '../tests/harness/gcs/fake.mjs';
import { Postgres } from '../tests/harness/postgres.mjs';
import { load } from './ingest.mjs';
import { launchPlain } from './modules.mjs';
import { hangUp, open, seekTimes, spread } from './player.mjs';
import { binary, folder, quiet, remove, startReady } from './programs.mjs';
import { newRecording, putChunk, synthetic } from './recordings.mjs';

const CONNECTIONS = 16;
const RECORDINGS = 96;
/** Length of each recording of the ingest: the fastest store must not run out of chunks. */
const CHUNKS = 180;
/** As in `ingest`: further recordings are folded when they end. */
const FOLDED_AT_ONCE = 256;
const PLAYED_SECONDS = 300;
const HANG_UPS = 3;
const OPENS = 5;
/** How much later the bucket answers: about the way to one in another region of the same continent. */
const DELAY_MS = 20;

/** What the arrangements share: one PostgreSQL, one bucket, one emulator. `settings` are those of a new place. */
async function startShared() {
  const postgres = new Postgres();
  const [fake, emulator] = await Promise.all([
    FakeGcs.start(), startReady(binary('reprise-emulator'), ['--listen', 'localhost:0', '--seed', '1']), postgres.start(),
  ]);
  let places = 0;
  return {
    fake,
    emulator,
    database: async () => ({ REPRISE_DATABASE_URL: await postgres.database() }),
    bucket: () => ({
      REPRISE_BLOB_STORE: `gs://${fake.bucket.name}/place-${++places}?endpoint=${fake.url}`,
      REPRISE_GCS_TOKEN: fake.identity.newToken(['https://www.googleapis.com/auth/devstorage.read_write']).access_token,
      no_proxy: '*',
    }),
    async stop() {
      await emulator.stop();
      await Promise.all([fake.stop(), postgres.remove()]);
    },
  };
}

async function startNode(shared, env, data = folder()) {
  const args = ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', data, '--gemini-url', shared.emulator.url];
  const server = await startReady(binary('reprise'), args, env);
  return { ...server, data };
}
async function end(nodes) {
  for (const node of nodes) {
    await node.stop();
    remove(node.data);
  }
}

/** The recordings are shared out evenly; two nodes are loaded at the same time. */
async function ingest(shared, recording, env, count) {
  const nodes = [];
  try {
    for (let n = 0; n < count; n++) nodes.push(await startNode(shared, env));
    const [{ url }] = nodes;
    for (let n = 0; n < FOLDED_AT_ONCE; n++) await putChunk(url, await newRecording(url), 0, recording.files[0]);
    const ids = [];
    for (let n = 0; n < RECORDINGS; n++) ids.push(await newRecording(url));
    for (const node of nodes) await quiet(node.child.pid);
    const share = ids.length / count;
    const loads = await Promise.all(
      nodes.map((node, n) => load(node.url, ids.slice(n * share, (n + 1) * share), recording, CONNECTIONS / count)),
    );
    return {
      perSecond: loads.reduce((sum, one) => sum + one.perSecond, 0),
      p50: Math.max(...loads.map(({ p50 }) => p50)),
      p99: Math.max(...loads.map(({ p99 }) => p99)),
    };
  } finally {
    await end(nodes);
  }
}

async function ingests(shared) {
  const recording = await synthetic(CHUNKS);
  try {
    const rows = [];
    for (const [name, env, count] of [
      ['SQLite, disk', {}, 1],
      ['PostgreSQL, disk', await shared.database(), 1],
      ['PostgreSQL, bucket', { ...await shared.database(), ...shared.bucket() }, 1],
      ['PostgreSQL, bucket, two nodes', { ...await shared.database(), ...shared.bucket() }, 2],
    ]) {
      const { perSecond, p50, p99 } = await ingest(shared, recording, env, count);
      rows.push(
        { name: `${name}: durable chunks`, value: perSecond, unit: 'chunk/s' },
        { name: `${name}: acknowledgement p50, ${CONNECTIONS} at once`, value: p50, unit: 'ms' },
        { name: `${name}: acknowledgement p99, ${CONNECTIONS} at once`, value: p99, unit: 'ms' },
      );
    }
    return rows;
  } finally {
    remove(recording.place);
  }
}

async function playing(shared) {
  const { place, files } = await synthetic(PLAYED_SECONDS);
  const env = { ...await shared.database(), ...shared.bucket() };
  const browser = await launchPlain();
  let node = await startNode(shared, env);
  try {
    shared.fake.fault(/./, { delayMs: DELAY_MS }, Number.MAX_SAFE_INTEGER);
    const ended = [];
    for (let n = 0; n < HANG_UPS; n++) ended.push(await hangUp(node, files));
    const opens = [];
    let seeks = [];
    for (let n = 0; n < OPENS; n++) {
      await node.stop();
      node = await startNode(shared, env, node.data);
      const { page, context, ...times } = await open(browser, `${node.url}/recordings/${ended[0].id}`);
      opens.push(times);
      if (n === OPENS - 1) seeks = await seekTimes(page);
      await context.close();
    }
    const where = `bucket ${DELAY_MS} ms away, 5 min`;
    return [
      ...spread(`${where}: finish asked to media`, ended.map(({ ms }) => ms), 'ms', '<= 1000'),
      ...spread(`${where}: navigation to first picture`, opens.map(({ picture }) => picture), 'ms', '<= 700'),
      ...spread(`${where}: Play pressed to running`, opens.map(({ play }) => play), 'ms'),
      ...spread(`${where}: seek to its picture shown`, seeks, 'ms', '<= 150'),
    ];
  } finally {
    shared.fake.clear();
    await browser.close();
    await end([node]);
    remove(place);
  }
}

export async function run() {
  const shared = await startShared();
  try {
    return [...(await ingests(shared)), ...(await playing(shared))];
  } finally {
    await shared.stop();
  }
}
