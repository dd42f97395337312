// The interaction log: durable events a second, compared with a minimal Flask + SQLAlchemy + gunicorn endpoint that has a
// row for each request, and how much a million events add to the database. Then the queries of the page of analytics.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Postgres } from '../tests/harness/postgres.mjs';
import { binary, folder, output, quantile, remove, root, sleep, startReady, startStack, stop } from './programs.mjs';
import { copyFiles, EVENTS, fillSqlite, SESSIONS } from './report-rows.mjs';

const SECONDS = 6;
const BATCHES = [1, 20, 100];
const CLIENTS = [1, 32];
/** What is compared: a page sends about so many at once. */
const COMPARED = { batch: 20, clients: 32 };
const PATH = '/api/analytics/log-interaction';

async function load(url, batch, clients) {
  const env = {
    ...process.env,
    BENCH_BATCH: String(batch),
    BENCH_PATH: PATH,
    BENCH_ORIGIN: url,
    BENCH_AT: new Date().toISOString(),
    BENCH_RUN: randomBytes(4).toString('hex'),
  };
  const text = await output('wrk', ['-t1', `-c${clients}`, `-d${SECONDS}s`, '--timeout', '20s', '-s', join(root, 'bench/analytics.lua'), url], { env });
  const [requests, micros, p50, p99, errors] = text.match(/RESULT (.*)/)[1].split(' ').map(Number);
  if (errors > 0) throw new Error(`${errors} answers were errors`);
  return { perSecond: (requests * batch) / (micros / 1e6), requests, p50: p50 / 1000, p99: p99 / 1000 };
}

async function ours() {
  const stack = await startStack();
  try {
    const { url } = stack.server;
    const results = new Map();
    for (const batch of BATCHES) {
      for (const clients of CLIENTS) results.set(`${batch} ${clients}`, await load(url, batch, clients));
    }
    const { events } = await (await fetch(`${url}/api/analytics/stats`)).json();
    await stack.server.stop(); // what the journal of the database holds is then in its file
    const bytes = statSync(join(stack.data, 'reprise.db')).size;
    return { results, perMillion: (bytes / events) * 1e6 };
  } finally {
    await stack.stop();
  }
}

async function prototype() {
  const data = folder();
  const port = 21_900 + Math.floor(Math.random() * 90);
  const server = spawn('gunicorn', ['-w', '2', '--preload', '-b', `127.0.0.1:${port}`, '--chdir', join(root, 'bench/prototype'), '--log-level', 'error', 'app:app'], {
    env: { ...process.env, PROTOTYPE_DATA: data },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await sleep(3000);
    // Its clients send one event a request: a row for each.
    return await load(`http://127.0.0.1:${port}`, 1, COMPARED.clients);
  } finally {
    await stop(server);
    remove(data);
  }
}

const ASKED = 20;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What the page asks for, over all the time and over its usual 30 days. */
const questions = (now) => {
  const since = (days) => `from=${new Date(now - days * DAY_MS).toISOString()}`;
  return {
    'a year by weeks': `report?${since(364)}&step=week`,
    'a year by weeks of a clock ahead of UTC': `report?${since(364)}&step=week&ahead_minutes=330`,
    'a year by days of a clock ahead of UTC, which has no whole days': `report?${since(364)}&step=day&ahead_minutes=330`,
    'a year of one model': `report?${since(364)}&step=week&model=emulator`,
    'a year of everybody': `report?${since(364)}&step=week&person=everybody`,
    '30 days': `report?${since(30)}`,
    'the sessions behind a bar': `sessions?${since(364)}&length=gap_ms&from_ms=2500&before_ms=3000`,
    'events by kind': 'stats',
  };
};

/** Waits until all sessions are counted; then how long each question takes. */
async function ask(url, now) {
  const began = Date.now();
  const all = questions(now);
  for (;;) {
    const report = await (await fetch(`${url}/api/analytics/${all['a year by weeks']}`)).json();
    if ((report.total.counts.sessions ?? 0) > SESSIONS * 0.99) break;
    await sleep(500);
  }
  const counted = (Date.now() - began) / 1000;
  const rows = [];
  for (const [name, path] of Object.entries(all)) {
    const times = [];
    for (let n = 0; n < ASKED; n++) {
      const start = performance.now();
      const answer = await fetch(`${url}/api/analytics/${path}`);
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
      times.push(performance.now() - start);
    }
    rows.push([name, quantile(times, 0.95)]);
  }
  return { counted, rows };
}

const startServer = (gemini, data, env = {}) =>
  startReady(binary('reprise'), ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', data, '--gemini-url', gemini], env);

async function onSqlite(gemini, now) {
  const data = folder();
  try {
    await (await startServer(gemini, data)).stop(); // makes the tables
    const database = new DatabaseSync(join(data, 'reprise.db'));
    fillSqlite(database, BigInt(now) * 1_000_000n);
    database.close();
    const server = await startServer(gemini, data);
    try {
      return await ask(server.url, now);
    } finally {
      await server.stop();
    }
  } finally {
    remove(data);
  }
}

async function onPostgres(gemini, now) {
  const postgres = new Postgres();
  const [data, files] = [folder(), folder()];
  try {
    await postgres.start();
    const url = await postgres.database();
    const [, name] = /\/([a-z0-9_]+)\?/.exec(url);
    await (await startServer(gemini, data, { REPRISE_DATABASE_URL: url })).stop();
    for (const command of copyFiles(files, BigInt(now) * 1_000_000n)) await postgres.sql(name, command);
    await postgres.sql(name, 'analyze');
    const server = await startServer(gemini, data, { REPRISE_DATABASE_URL: url });
    try {
      return await ask(server.url, now);
    } finally {
      await server.stop();
    }
  } finally {
    await postgres.remove();
    for (const one of [data, files]) remove(one);
  }
}

const pageRows = (engine, { counted, rows }) => [
  ...rows.map(([name, value]) => ({ name: `${engine}, ${SESSIONS} sessions, ${EVENTS / 1e6} M events: ${name}, p95`, value, unit: 'ms', goal: '<= 300' })),
  { name: `${engine}: counting ${SESSIONS} sessions that were there before`, value: counted, unit: 's' },
];

export async function run() {
  const now = Date.now();
  const emulator = await startReady(binary('reprise-emulator'), ['--listen', 'localhost:0', '--seed', '1']);
  const pages = [...pageRows('SQLite', await onSqlite(emulator.url, now)), ...pageRows('PostgreSQL', await onPostgres(emulator.url, now))];
  await emulator.stop();
  const { results, perMillion } = await ours();
  const flask = await prototype();
  const compared = results.get(`${COMPARED.batch} ${COMPARED.clients}`);
  const rows = [];
  for (const batch of BATCHES) {
    for (const clients of CLIENTS) {
      const { perSecond, p99 } = results.get(`${batch} ${clients}`);
      rows.push({ name: `durable events, ${batch} a request, ${clients} at once`, value: perSecond, unit: 'event/s', compared_with: `p99 ${p99.toFixed(1)} ms` });
    }
  }
  return [
    ...rows,
    { name: `times Flask + SQLAlchemy, ${COMPARED.batch} a request, ${COMPARED.clients} at once`, value: compared.perSecond / flask.perSecond, unit: 'x', goal: '>= 20', compared_with: `Flask ${flask.perSecond.toFixed(0)} event/s` },
    { name: 'growth of the database per million events', value: perMillion / 2 ** 20, unit: 'MiB' },
    ...pages,
  ];
}
