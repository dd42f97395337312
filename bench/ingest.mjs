// Durable chunk ingest: chunks a second, acknowledgement times, and a minimal Flask + SQLAlchemy + gunicorn endpoint beside it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { binary, cpuSeconds, folder, newRecording, output, remove, root, sleep, startStack, stop } from './programs.mjs';

const SECONDS = 6;
const CONNECTIONS = 16;
const RECORDINGS = 64;

/** A typical chunk of a synthetic session: the one of median size. */
async function typicalChunk(place) {
  await output(binary('reprise-synthetic'), ['--minutes', '1', '--out', place]);
  const names = readdirSync(place).filter((name) => name.endsWith('.mcap')).map((name) => join(place, name));
  return names.sort((a, b) => statSync(a).size - statSync(b).size)[Math.floor(names.length / 2)];
}

async function load(url, ids, chunk) {
  const bytes = readFileSync(chunk);
  const env = {
    ...process.env,
    BENCH_CHUNK: chunk,
    BENCH_IDS: ids.join(' '),
    BENCH_DIGEST: `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
    BENCH_ORIGIN: url,
  };
  const text = await output('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '--timeout', '20s', '-s', join(root, 'bench/ingest.lua'), url], { env });
  const [requests, micros, p50, p99, errors] = text.match(/RESULT (.*)/)[1].split(' ').map(Number);
  if (errors > 0) throw new Error(`${errors} answers were errors`);
  return { perSecond: requests / (micros / 1e6), megabytes: (requests * bytes.length) / micros, p50: p50 / 1000, p99: p99 / 1000, requests };
}

async function ours(chunk) {
  const stack = await startStack();
  try {
    const ids = [];
    for (let i = 0; i < RECORDINGS; i++) ids.push(await newRecording(stack.server.url));
    const before = cpuSeconds(stack.server.child.pid);
    const result = await load(stack.server.url, ids, chunk);
    return { ...result, cpu: cpuSeconds(stack.server.child.pid) - before };
  } finally {
    await stack.stop();
  }
}

async function prototype(chunk) {
  const data = folder();
  const port = 20_900 + Math.floor(Math.random() * 90);
  const server = spawn('gunicorn', ['-w', '2', '-b', `127.0.0.1:${port}`, '--chdir', join(root, 'bench/prototype'), '--log-level', 'error', 'app:app'], {
    env: { ...process.env, PROTOTYPE_DATA: data },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await sleep(3000);
    const ids = Array.from({ length: RECORDINGS }, (_, index) => `recording-${index}`);
    return await load(`http://127.0.0.1:${port}`, ids, chunk);
  } finally {
    await stop(server);
    remove(data);
  }
}

export async function run() {
  const place = folder();
  try {
    const chunk = await typicalChunk(place);
    const size = `${Math.round(statSync(chunk).size / 1024)} KiB`;
    const mine = await ours(chunk);
    const flask = await prototype(chunk);
    return [
      { name: `durable chunks of ${size}`, value: mine.perSecond, unit: 'chunk/s', compared_with: `Flask ${flask.perSecond.toFixed(0)} chunk/s` },
      { name: 'durable bytes', value: mine.megabytes, unit: 'MB/s', compared_with: `Flask ${flask.megabytes.toFixed(0)} MB/s` },
      { name: 'times Flask + SQLAlchemy + gunicorn', value: mine.perSecond / flask.perSecond, unit: 'x', goal: '>= 20' },
      { name: 'acknowledgement p50', value: mine.p50, unit: 'ms', compared_with: `Flask ${flask.p50.toFixed(0)} ms` },
      { name: 'acknowledgement p99', value: mine.p99, unit: 'ms', goal: '<= 50', compared_with: `Flask ${flask.p99.toFixed(0)} ms` },
      { name: 'concurrent recordings per core (server time, fold included)', value: mine.requests / mine.cpu, unit: 'recordings', goal: '>= 500' },
    ];
  } finally {
    remove(place);
  }
}
