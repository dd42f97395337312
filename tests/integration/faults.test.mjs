// Faults of the disk and sudden death at chosen system calls, injected by strace.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { root, run, sha256, startServer, syntheticChunks } from '../harness/programs.mjs';

// strace counts the calls of each thread. The main thread makes only a few, at the start; the numbers below are beyond
// them.
const inject = (what) => ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${what.split(':')[0]}`, '-e', `inject=${what}`];

let chunks;
let possible = true;
before(async () => {
  chunks = await syntheticChunks(30);
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
  } catch {
    possible = false;
  }
});

/** The traced program, a child of strace. */
const traced = ({ child }) => Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim());

test('a failed fsync is final: writes are refused, readiness is red, reads go on', async (t) => {
  if (!possible) return t.skip('strace is absent or may not trace');
  const server = await startServer({ under: inject('fsync:error=EIO:when=4+') });
  const pid = traced(server.program);
  const { id } = await server.begin();
  const statuses = [];
  for (let seq = 0; seq < 10; ++seq) statuses.push((await server.put(id, seq, chunks[seq])).status);
  const firstFailure = statuses.indexOf(503);
  assert.notEqual(firstFailure, -1, statuses.join());
  assert.ok(statuses.slice(firstFailure).every((status) => status === 503), `never again a success: ${statuses.join()}`);
  assert.equal((await server.fetch('/readyz')).status, 503);
  assert.equal((await server.fetch('/healthz')).status, 200);
  const listed = await server.chunksOf(id);
  assert.deepEqual(listed.body.chunks.map(({ seq }) => seq), [...statuses.keys()].filter((seq) => statuses[seq] === 201));
  process.kill(pid, 'SIGTERM');
  await once(server.program.child, 'exit');
  await server.stop();
});

const MIGRATIONS = readdirSync(join(root, 'migrations/sqlite')).length;
/** Each migration costs two calls of fdatasync before the server is ready. */
const MIGRATED = 2 * MIGRATIONS;
/** And about 24 calls of pwrite64. */
const WRITTEN = 30 * MIGRATIONS;

for (const fault of ['fsync:signal=KILL:when=4', 'fsync:signal=KILL:when=7', 'fsync:signal=KILL:when=12', 'rename:signal=KILL:when=1',
  'rename:signal=KILL:when=4', `fdatasync:signal=KILL:when=${MIGRATED + 3}`, `fdatasync:signal=KILL:when=${MIGRATED + 8}`, `pwrite64:signal=KILL:when=${WRITTEN}`]) {
  test(`killed by ${fault}: what was acknowledged is there, what is there was sent`, async (t) => {
    if (!possible) return t.skip('strace is absent or may not trace');
    const server = await startServer({ under: inject(fault) });
    const { id } = await server.begin();
    const acknowledged = new Map();
    let sent = 0;
    let died = false;
    const until = Date.now() + 60_000;
    while (!died && Date.now() < until) {
      const seq = sent++;
      const bytes = chunks[seq % chunks.length];
      try {
        const response = await server.put(id, seq, bytes);
        await response.arrayBuffer();
        if (response.status === 201) acknowledged.set(seq, sha256(bytes).toString('hex'));
      } catch {
        died = true;
      }
    }
    assert.ok(died, 'the fault never happened');
    await server.program.stop('SIGKILL');
    const again = await startServer({ dataDir: server.dataDir, tokens: server.tokens });
    const { body } = await again.chunksOf(id);
    const stored = new Map(body.chunks.map((chunk) => [chunk.seq, chunk.sha256]));
    for (const [seq, digest] of acknowledged) assert.equal(stored.get(seq), digest, `chunk ${seq}`);
    for (const seq of stored.keys()) assert.ok(seq < sent, `chunk ${seq} was never sent`);
    for (let seq = 0; seq < sent; ++seq) assert.equal((await again.put(id, seq, chunks[seq % chunks.length])).status, 201, 'a repeat goes through');
    assert.equal((await again.ask('POST', `/api/recordings/${id}/finish`, { last_seq: sent - 1, reason: 'crash' })).body.state, 'complete');
    await again.stop();
  });
}

test('a start that fails says why in one line', async () => {
  const refused = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', '/proc/nowhere']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^reprise: cannot use the data directory [^\n]+\n$/);
});
