// Whatever fits the description of the API, and whatever does not: Schemathesis asks each operation, and each answer must be one that is described. Runs with TEST_LONG=1.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startEmulator } from '../contract/live-harness.mjs';
import { remove, root, startServer, temporaryFolder } from '../harness/programs.mjs';

const VERSION = '4.32.5';
const place = join(root, '.tools/schemathesis');
const long = process.env.TEST_LONG === '1';

const folder = temporaryFolder();
let emulator;
let server;
before(async () => {
  if (!long) return;
  if (!existsSync(join(place, 'bin/st'))) {
    execFileSync('python3', ['-m', 'venv', place], { stdio: 'inherit' });
    execFileSync(join(place, 'bin/pip'), ['install', '--quiet', `schemathesis==${VERSION}`], { stdio: 'inherit' });
  }
  emulator = await startEmulator();
  server = await startServer({ tokens: { url: emulator.url, close: () => {} } });
});
after(async () => {
  await server?.stop();
  await emulator?.stop();
  remove(folder);
});

/**
 * Left out: `positive_data_acceptance` (a title of one invisible letter fits the schema, and is refused in words) and
 * `unsupported_method` (the router answers 405 and names the methods; the check wants it of addresses that are not described, too).
 */
const LEFT_OUT = ['positive_data_acceptance'];

(long ? test : () => {})('each operation answers as it is described', { timeout: 3_600_000 }, async () => {
  const seed = process.env.TEST_SEED ?? '1';
  const st = spawn(join(place, 'bin/st'), [
    'run', join(root, 'api/openapi.yaml'), '--url', server.url, '-H', `Origin: ${server.url}`, '--seed', seed, '--max-examples', '25',
    '--phases', 'examples,coverage,fuzzing', '--checks', 'all', '--exclude-checks', LEFT_OUT.join(','), '--continue-on-failure',
    '--request-timeout', '30', '--suppress-health-check', 'all', '--no-color', '--generation-database', 'none',
  ], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  st.stdout.on('data', (data) => (said += data));
  const [code] = await once(st, 'close');
  assert.equal((await server.ask('GET', '/healthz')).status, 200);
  assert.equal(code, 0, said.slice(-20_000));
});
