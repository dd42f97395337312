// Recordings at their natural pace: each sends one chunk a second and is folded while it arrives. Measures an
// acknowledgement in this state, also with long recordings and with readers of long lists, and the start with thousands
// of recordings.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { binary, cpuSeconds, memoryMib, quantile, quiet, remove, sleep, startReady, startStack } from './programs.mjs';
import { digestOf, newRecording, putBytes, synthetic } from './recordings.mjs';
import { chunkOf, kPageUs } from '../tests/harness/chunks.mjs';

const RECORDINGS = 100;
const SECONDS = 30;
const LISTED = 10_000;
const READERS = 4;
/** Number of chunks of two hours. */
const LONG = 7_200;

/** Sends one chunk a second for each recording, spread over the second. Returns the times of the answers in ms. */
async function pace(url, ids, chunks, { firstSeq = 0, seconds = SECONDS } = {}) {
  const times = [];
  const one = async (id, index) => {
    const begin = performance.now() + (index / ids.length) * 1000;
    for (let n = 0; n < seconds; n++) {
      await sleep(Math.max(0, begin + n * 1000 - performance.now()));
      const { body, digest } = chunks[n];
      const sent = performance.now();
      const answer = await fetch(`${url}/api/recordings/${id}/chunks/${firstSeq + n}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digest, origin: url },
        body,
      });
      await answer.arrayBuffer();
      if (answer.status !== 201) throw new Error(`chunk ${firstSeq + n}: ${answer.status}`);
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(ids.map(one));
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** The same as `pace`, and what it cost the server. `beside` begins the other work; the server is quiet before. */
async function measured(server, ids, chunks, beside = () => {}) {
  const { pid } = server.child;
  await quiet(pid);
  beside();
  const cpu = cpuSeconds(pid);
  const began = performance.now();
  const result = await pace(server.url, ids, chunks);
  return { ...result, cores: (cpuSeconds(pid) - cpu) / ((performance.now() - began) / 1000), memory: memoryMib(pid) };
}

const begin = async (url, count) => {
  const ids = [];
  for (let n = 0; n < count; n++) ids.push(await newRecording(url));
  return ids;
};

/**
 * Adds `count` ended recordings with their chats to a database that no server has open. Each is a copy of the one that
 * is there.
 */
function fill(data, count) {
  const database = new DatabaseSync(join(data, 'reprise.db'));
  const one = database.prepare('select * from recording_view limit 1');
  one.setReadBigInts(true); // nanoseconds of the clock are too large for a number
  const view = one.get();
  const names = Object.keys(view);
  const addChat = database.prepare('insert into chat (chat_id, title, created_utc_ns, last_used_utc_ns) values (?, ?, ?, ?)');
  const addRecording = database.prepare(
    "insert into recording (recording_id, live_session_id, chat_id, state, reason, created_utc_ns, ended_utc_ns, last_seq) values (?, ?, ?, 'complete', 'hangup', ?, ?, -1)",
  );
  const addView = database.prepare(`insert into recording_view (${names.join()}) values (${names.map(() => '?').join()})`);
  database.exec('begin');
  for (let n = 0; n < count; n++) {
    const id = `01930000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
    addChat.run(id, `Chat ${n}`, n, n);
    addRecording.run(id, id, id, n, n);
    addView.run(...names.map((name) => (name === 'recording_id' ? id : name === 'chunk_count' ? 0 : view[name])));
  }
  database.exec('commit');
  database.close();
}

/** Reads lists from beginning to end, again and again, until `stopped` says so. */
async function readLists(url, stopped) {
  let pages = 0;
  while (!stopped()) {
    for (const list of ['chats', 'recordings']) {
      for (let cursor = ''; cursor !== null && !stopped(); pages++) {
        const answer = await fetch(`${url}/api/${list}?limit=200${cursor && `&cursor=${cursor}`}`);
        cursor = (await answer.json()).next_cursor;
      }
    }
  }
  return pages;
}

async function restart(stack) {
  await stack.server.stop();
  return startReady(binary('reprise'), [
    'serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', stack.data, '--gemini-url', stack.emulator.url,
  ]);
}

/** Sends one short recording from beginning to end, so that there is a view. */
async function oneWhole(url, chunks) {
  const id = await newRecording(url);
  await pace(url, [id], chunks, { seconds: 1 });
  await fetch(`${url}/api/recordings/${id}/finish`, {
    method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify({ last_seq: 0, reason: 'hangup' }),
  });
  while ((await (await fetch(`${url}/api/recordings/${id}`)).json()).media === null) await sleep(50);
}

/**
 * Chunks [first, last) of a recording in which nothing is heard: they are cheap to fold, so that the other work shows.
 */
const silentChunks = (first, last) =>
  Array.from({ length: last - first }, (_, n) => {
    const pageUs = kPageUs + (first + n) * 1_000_000;
    const body = chunkOf([{ topic: '/clock', sequence: first + n, pageUs, data: { kind: 'output', context_frame: (first + n) * 48_000, page_us: pageUs } }]);
    return { body, digest: digestOf(body) };
  });

/** Processor time of a chunk that follows LONG others, divided by that of a first chunk. */
async function costOfLength({ server }) {
  const { url, child } = server;
  const cost = async (ids, firstSeq) => {
    const chunks = silentChunks(firstSeq, firstSeq + 20);
    await quiet(child.pid);
    const before = cpuSeconds(child.pid);
    await pace(url, ids, chunks, { firstSeq, seconds: 20 });
    await quiet(child.pid);
    return cpuSeconds(child.pid) - before;
  };
  const ids = await begin(url, 4);
  const short = await cost(ids, 0);
  const between = silentChunks(20, LONG);
  for (const id of ids) {
    for (let n = 0; n < between.length; n += 16) {
      await Promise.all(between.slice(n, n + 16).map(({ body }, index) => putBytes(url, id, 20 + n + index, body)));
    }
  }
  return (await cost(ids, LONG)) / short;
}

/** Calls `measure` with the chunks of one recording and a server of its own. */
async function withStack(measure) {
  const recording = await synthetic(SECONDS);
  const chunks = recording.files.map((file) => {
    const body = readFileSync(file);
    return { body, digest: digestOf(body) };
  });
  remove(recording.place);
  const stack = await startStack();
  try {
    return await measure(stack, chunks);
  } finally {
    await stack.stop();
  }
}

export const foldedLive = () =>
  withStack(async ({ server }, chunks) => {
    const folded = await measured(server, await begin(server.url, RECORDINGS), chunks);
    return [
      { name: `acknowledgement p50, ${RECORDINGS} recordings at one chunk a second, folded live`, value: folded.p50, unit: 'ms' },
      { name: 'the same, p99', value: folded.p99, unit: 'ms', goal: '<= 50' },
      { name: 'the same, cores', value: folded.cores, unit: 'cores' },
      { name: 'the same, memory', value: folded.memory, unit: 'MiB' },
    ];
  });

export const behindMany = () =>
  withStack(async (stack) => [
    { name: `processor time of a chunk behind ${LONG} others, against behind none`, value: await costOfLength(stack), unit: 'x', goal: '<= 1.2' },
  ]);

export const besideReaders = () =>
  withStack(async (stack, chunks) => {
    await oneWhole(stack.server.url, chunks);
    await stack.server.stop();
    fill(stack.data, LISTED);
    stack.server = await restart(stack);
    let stop = false;
    let readers = [];
    const read = () => { readers = Array.from({ length: READERS }, () => readLists(stack.server.url, () => stop)); };
    const beside = await measured(stack.server, await begin(stack.server.url, RECORDINGS), chunks, read).finally(() => { stop = true; });
    const pages = (await Promise.all(readers)).reduce((sum, count) => sum + count, 0);
    await stack.server.stop();
    stack.server = await restart(stack);
    const { readyMs } = stack.server;
    await quiet(stack.server.child.pid);
    return [
      { name: `acknowledgement p50 while ${READERS} clients read lists of ${LISTED}`, value: beside.p50, unit: 'ms', compared_with: `${pages} pages read` },
      { name: 'the same, p99', value: beside.p99, unit: 'ms', goal: '<= 50' },
      { name: `start to ready with ${LISTED} recordings`, value: readyMs, unit: 'ms', goal: '<= 1000' },
      { name: 'the same, memory once it is quiet', value: memoryMib(stack.server.child.pid), unit: 'MiB' },
    ];
  });

export const paced = async () => [...(await foldedLive()), ...(await behindMany()), ...(await besideReaders())];
