// Durable ingest of chunks: chunks a second and acknowledgement times, compared with a minimal Flask + SQLAlchemy +
// gunicorn endpoint that stores the same bytes and rows. Also how many recordings one core can take, with and without
// rendering their view media.
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { paced } from './paced.mjs';
import { cpuSeconds, folder, output, quiet, remove, root, sleep, startStack, stop } from './programs.mjs';
import { digestOf, newRecording, putChunk, synthetic } from './recordings.mjs';

const SECONDS = 6;
const CONNECTIONS = 16;
const RECORDINGS = 128;
/** Length of each recording: long enough that the fastest server does not run out of chunks. */
const CHUNKS = 180;
/** How many recordings are folded while they arrive; further ones are folded when they end (`Views::kBuildersMax`). */
const FOLDED_AT_ONCE = 256;

export async function load(url, ids, { files }, connections = CONNECTIONS) {
  const env = {
    ...process.env,
    BENCH_CHUNKS: files.join(' '),
    BENCH_DIGESTS: files.map((file) => digestOf(readFileSync(file))).join(' '),
    BENCH_IDS: ids.join(' '),
    BENCH_ORIGIN: url,
  };
  const text = await output(
    'wrk', ['-t1', `-c${connections}`, `-d${SECONDS}s`, '--timeout', '20s', '-s', join(root, 'bench/ingest.lua'), url], { env },
  );
  const [requests, micros, p50, p99, errors] = text.match(/RESULT (.*)/)[1].split(' ').map(Number);
  if (errors > 0) throw new Error(`${errors} answers were errors`);
  if (requests > ids.length * files.length) throw new Error('there are too few chunks for this machine: raise CHUNKS');
  let bytes = 0;
  for (let n = 0; n < requests; n++) bytes += statSync(files[Math.floor(n / ids.length)]).size;
  return { perSecond: requests / (micros / 1e6), megabytes: bytes / micros, p50: p50 / 1000, p99: p99 / 1000, requests, bytes };
}

/**
 * `rendered`: the view media are made while the chunks arrive. Otherwise FOLDED_AT_ONCE idle recordings are begun
 * first, so that these are not folded.
 */
export async function ours(recording, rendered) {
  const stack = await startStack();
  try {
    const { url, child } = stack.server;
    const { pid } = child;
    for (let n = 0; !rendered && n < FOLDED_AT_ONCE; n++) await putChunk(url, await newRecording(url), 0, recording.files[0]);
    const ids = [];
    for (let n = 0; n < RECORDINGS; n++) ids.push(await newRecording(url));
    await quiet(pid);
    const before = cpuSeconds(pid);
    const result = await load(url, ids, recording);
    await quiet(pid); // the fold of what has arrived counts, too
    return { ...result, perCore: result.requests / (cpuSeconds(pid) - before) };
  } finally {
    await stack.stop();
  }
}

export async function prototype(recording) {
  const data = folder();
  const port = 21_800 + Math.floor(Math.random() * 90);
  const server = spawn('gunicorn', ['-w', '2', '--preload', '-b', `127.0.0.1:${port}`, '--chdir', join(root, 'bench/prototype'), '--log-level', 'error', 'app:app'], {
    env: { ...process.env, PROTOTYPE_DATA: data },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await sleep(3000);
    return await load(`http://127.0.0.1:${port}`, Array.from({ length: RECORDINGS }, (_, index) => `recording-${index}`), recording);
  } finally {
    await stop(server);
    remove(data);
  }
}

export async function run() {
  const recording = await synthetic(CHUNKS);
  try {
    const plain = await ours(recording, false);
    const flask = await prototype(recording);
    const rendered = await ours(recording, true);
    const size = `${Math.round(plain.bytes / plain.requests / 1024)} KiB`;
    return [
      { name: `durable chunks of ${size} on average, not rendered`, value: plain.perSecond, unit: 'chunk/s', compared_with: `Flask ${flask.perSecond.toFixed(0)} chunk/s` },
      { name: 'durable bytes, not rendered', value: plain.megabytes, unit: 'MB/s', compared_with: `Flask ${flask.megabytes.toFixed(1)} MB/s` },
      { name: 'times Flask + SQLAlchemy + gunicorn', value: plain.perSecond / flask.perSecond, unit: 'x', goal: '>= 20' },
      { name: `acknowledgement p50, ${CONNECTIONS} at once, not rendered`, value: plain.p50, unit: 'ms', compared_with: `Flask ${flask.p50.toFixed(0)} ms` },
      { name: `acknowledgement p99, ${CONNECTIONS} at once, not rendered`, value: plain.p99, unit: 'ms', goal: '<= 50', compared_with: `Flask ${flask.p99.toFixed(0)} ms` },
      { name: 'durable chunks, rendered as they arrive', value: rendered.perSecond, unit: 'chunk/s' },
      { name: `acknowledgement p99, ${CONNECTIONS} at once, rendered`, value: rendered.p99, unit: 'ms' },
      { name: 'concurrent recordings per core, not rendered', value: plain.perCore, unit: 'recordings', goal: '>= 500' },
      { name: 'concurrent recordings per core, rendered', value: rendered.perCore, unit: 'recordings', goal: '>= 150' },
      ...(await paced()),
    ];
  } finally {
    remove(recording.place);
  }
}
