// Starts the real programs and sends them requests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakeGcs } from './gcs/fake.mjs';
import { Postgres } from './postgres.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));
/** REPRISE_TEST_PRESET chooses the build: `release`, or `dev` to run with sanitizers. */
const preset = process.env.REPRISE_TEST_PRESET ?? 'release';
/** Programs that are not built with sanitizers. */
const alwaysRelease = new Set(['reprise-synthetic', 'reprise-faults.so']);
/** A path is a program that was built elsewhere. */
export const binary = (name) => isAbsolute(name) ? name : join(root, 'build', alwaysRelease.has(name) ? 'release' : preset, name);
export const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'reprise-test-'));
export const remove = (folder) => rmSync(folder, { recursive: true, force: true });
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The variables of this process, except those that would be settings. */
export const cleanEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REPRISE_')));

/** Runs a program to its end; `under` as in `start`. `own: false`: a program of the system. */
export async function run(name, args, env = {}, under = [], { own = true } = {}) {
  const [command, ...rest] = [...under, own ? binary(name) : name, ...args];
  const child = spawn(command, rest, { env: { ...cleanEnvironment(), ...env } });
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (texts[stream] += data));
  const [code, signal] = await once(child, 'close');
  return { code, signal, ...texts };
}

/** Programs that a failed test may have left running; they must not keep the test file from ending. */
const started = new Set();
after(() => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

/** Starts a program that prints `ready URL`. `under` is a command that runs it, such as strace with its arguments. */
export async function start(name, args, env = {}, under = []) {
  const [command, ...rest] = [...under, binary(name), ...args];
  const child = spawn(command, rest, { env: { ...cleanEnvironment(), ...env } });
  started.add(child);
  let log = '';
  child.stderr.on('data', (data) => (log += data));
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice(6).trim());
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${log}`)));
  });
  return {
    child,
    url,
    get log() {
      return log;
    },
    /** Stops the program; returns its exit code, or the signal that ended it. */
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [code, by] = await once(child, 'exit');
      return code ?? by;
    },
  };
}

/**
 * Mints tokens as the Gemini API does, and keeps the requests. `answer` may be replaced; `text` is sent instead of
 * `body`.
 */
export async function startTokenService() {
  const service = {
    asked: [],
    answer: (count) => ({ status: 200, body: { name: `auth_tokens/test-${count}` } }),
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (data) => (text += data));
    request.on('end', () => {
      service.asked.push({ path: request.url, key: request.headers['x-goog-api-key'], body: text === '' ? null : JSON.parse(text) });
      const { status, body, text: page, headers } = service.answer(service.asked.length);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(page ?? JSON.stringify(body));
    });
  });
  server.listen(0, 'localhost');
  server.unref(); // a test that ends early need not close it
  await once(server, 'listening');
  service.url = `http://localhost:${server.address().port}`;
  service.close = () => new Promise((resolve) => server.close(resolve));
  return service;
}

/** TEST_POSTGRES=1 runs the tests on PostgreSQL: each data directory gets a database of its own, which `databaseOf` names as a setting. */
let postgres;
const databases = new Map();
export async function databaseOf(dataDir) {
  if (!process.env.TEST_POSTGRES) return {};
  if (!postgres) {
    postgres = new Postgres();
    await postgres.start();
  }
  if (!databases.has(dataDir)) databases.set(dataDir, await postgres.database());
  return { REPRISE_DATABASE_URL: databases.get(dataDir) };
}
/** The rows of that database as text; null when they lie in the data directory. */
export const rowsOf = async (dataDir) => (databases.has(dataDir) ? postgres.dump(databases.get(dataDir)) : null);
after(() => postgres?.remove());

/** TEST_BUCKET=1 runs the tests on the strict fake of Google Cloud Storage: each data directory gets a prefix of its own. */
let bucket;
const prefixes = new Map();
async function bucketOf(dataDir) {
  if (!process.env.TEST_BUCKET) return {};
  bucket ??= await FakeGcs.start();
  if (!prefixes.has(dataDir)) prefixes.set(dataDir, `own/${prefixes.size}`);
  const url = `gs://${bucket.bucket.name}/${prefixes.get(dataDir)}?endpoint=${bucket.url}`;
  return { REPRISE_BLOB_STORE: url, REPRISE_GCS_TOKEN: bucket.identity.newToken(['https://www.googleapis.com/auth/devstorage.read_write']).access_token };
}

/** A server with its data directory and token service, and short functions to send it requests. */
export async function startServer({ dataDir = temporaryFolder(), args = [], tokens, env = {}, under = [], listen = 'localhost:0', built = 'reprise' } = {}) {
  const service = tokens ?? (await startTokenService());
  const program = await start(built, [
    'serve', '--listen', listen, '--ops-listen', 'localhost:0', '--data-dir', dataDir,
    '--gemini-url', service.url, ...args,
  ], { ...await databaseOf(dataDir), ...await bucketOf(dataDir), ...env }, under);
  const server = {
    program,
    url: program.url,
    dataDir,
    tokens: service,
    get opsUrl() {
      return JSON.parse(program.log.split('\n').find((line) => line.includes('"server.ready"'))).ops_url;
    },
    /** Names the app's own origin, as browsers do. A request without it may not change anything. */
    fetch: (path, init = {}) => fetch(program.url + path, { ...init, headers: { origin: program.url, ...init.headers } }),
    /** Sends and reads JSON. */
    async ask(method, path, body) {
      const response = await fetch(program.url + path, {
        method,
        headers: { origin: program.url, ...(body === undefined && method !== 'POST' ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
      return { status: response.status, body: json, text, headers: response.headers };
    },
    put: (id, seq, bytes, headers = {}) =>
      fetch(`${program.url}/api/recordings/${id}/chunks/${seq}`, {
        method: 'PUT',
        headers: { origin: program.url, 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(bytes), ...headers },
        body: bytes,
      }),
    /** The list of a recording's chunks, all pages in one; or the first answer that is no 200. */
    async chunksOf(id) {
      const chunks = [];
      for (let cursor = ''; ;) {
        const answer = await server.ask('GET', `/api/recordings/${id}/chunks?limit=200${cursor}`);
        if (answer.status !== 200) return answer;
        chunks.push(...answer.body.chunks);
        if (answer.body.next_cursor === null) return { ...answer, body: { ...answer.body, chunks } };
        cursor = `&cursor=${encodeURIComponent(answer.body.next_cursor)}`;
      }
    },
    /** A chat with a recorded live session. */
    async begin() {
      const chat = (await server.ask('POST', '/api/chats', {})).body;
      const started = await server.ask('POST', '/api/live/sessions', { chat_id: chat.id, record: true, consent });
      return { chat, started: started.body, id: started.body.recording_id };
    },
    /** Erases what is at `path`. When the answer says that some files follow (202: the machine is busy), waits for that. */
    async erase(path) {
      const { status, text } = await server.ask('DELETE', path);
      assert.ok([202, 204].includes(status), `${path}: ${status} ${text}`);
      if (status === 202) await eventually(() => run('reprise', ['jobs', '--data-dir', dataDir]), ({ code, stdout }) => code === 0 && !stdout.includes('erase'));
    },
    /** Stops it and starts it again with the same data and token service. */
    async restart(signal = 'SIGTERM', more = args) {
      await program.stop(signal);
      return startServer({ dataDir, args: more, tokens: service, env, listen });
    },
    async stop() {
      const code = await program.stop();
      await service.close();
      remove(dataDir);
      return code;
    },
  };
  return server;
}

export const consent = {
  text_version: '2026-11',
  text_sha256: '0'.repeat(64),
  locale: 'en',
  given_at: '2026-11-24T10:00:00Z',
  method: 'button',
  channels: ['microphone', 'camera', 'model', 'messages'],
};

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
export const digestOf = (bytes) => `sha-256=:${sha256(bytes).toString('base64')}:`;

/** The chunks of a synthetic recording of so many seconds (at least 20), one a second. */
export async function syntheticChunks(seconds, ...args) {
  const folder = temporaryFolder();
  const made = await run('reprise-synthetic', ['--out', folder, '--seconds', String(seconds), ...args]);
  if (made.code !== 0) throw new Error(made.stderr);
  const chunks = readdirSync(folder).sort().map((name) => readFileSync(join(folder, name)));
  remove(folder);
  return chunks;
}

/** Repeats `question` until `wanted(answer)` holds. The time is for a machine that does much else; mostly it takes milliseconds. */
export async function eventually(question, wanted, withinMs = 60_000) {
  const until = Date.now() + withinMs;
  for (;;) {
    const answer = await question();
    if (wanted(answer)) return answer;
    if (Date.now() > until) throw new Error(`still ${answer?.status ?? ''} ${JSON.stringify(answer?.body ?? answer)} after ${withinMs} ms`);
    await sleep(50);
  }
}
