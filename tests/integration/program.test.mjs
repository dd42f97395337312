// The program as scripts use it: start, settings, refusals, stop.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { connect } from 'node:net';
import { once } from 'node:events';
import { eventually, remove, root, run, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

let chunks;
before(async () => {
  chunks = await syntheticChunks(20);
});

/** Sends one request with exactly these headers. */
function raw(url, headers) {
  return new Promise((resolve, reject) => {
    request(url, { headers, setHost: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    }).on('error', reject).end();
  });
}

test('--version, --help, and what is unknown', async () => {
  assert.match((await run('reprise', ['--version'])).stdout, /^reprise \d+\.\d+\.\d+\n$/);
  assert.match((await run('reprise', ['--help'])).stdout, /--data-dir/);
  for (const args of [['dance'], ['serve', '--colour', 'red'], ['serve', '--listen', 'nowhere'], ['serve', '--listen', '0.0.0.0:0'], ['serve', '--gemini-key', 'k']]) {
    const refused = await run('reprise', args);
    assert.equal(refused.code, 78, args.join(' '));
    assert.match(refused.stderr, /^reprise: [^\n]+\n$/, 'one line');
  }
  const unknown = await run('reprise', ['config'], { REPRISE_COLOUR: 'red' });
  assert.equal(unknown.code, 78);
});

test('config shows what counts, where it came from, and no secret', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'reprise.conf'), 'voice = Puck\nmodel = from-file\n');
  writeFileSync(join(folder, 'key'), 'top-secret\n', { mode: 0o600 });
  const shown = await run('reprise', ['config', '--config-file', join(folder, 'reprise.conf'), '--model', 'from-flag'], {
    REPRISE_MODEL: 'from-environment', REPRISE_DATA_DIR: '/elsewhere', REPRISE_GEMINI_KEY_FILE: join(folder, 'key'),
  });
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /^model = from-flag {2}# flag --model$/m);
  assert.match(shown.stdout, /^voice = Puck {2}# file .*reprise.conf:1$/m);
  assert.match(shown.stdout, /^data-dir = \/elsewhere {2}# environment REPRISE_DATA_DIR$/m);
  assert.match(shown.stdout, /^listen = localhost:8080 {2}# default$/m);
  assert.match(shown.stdout, /^gemini-key = \(set\)/m);
  assert.ok(!shown.stdout.includes('top-secret'));
  remove(folder);
});

test('SIGTERM: what runs is finished, then exit 0', async () => {
  const server = await startServer();
  const { id } = await server.begin();
  const uploads = Array.from({ length: 20 }, (_, seq) => server.put(id, seq, chunks[seq]).then(({ status }) => status, () => 'refused'));
  const first = await Promise.race(uploads);
  assert.equal(first, 201);
  assert.equal(await server.program.stop(), 0);
  const outcomes = await Promise.all(uploads);
  const again = await server.restart();
  const stored = (await again.chunksOf(id)).body.chunks.map(({ seq }) => seq);
  for (const [seq, outcome] of outcomes.entries()) if (outcome === 201) assert.ok(stored.includes(seq), `chunk ${seq}`);
  assert.equal(await again.stop(), 0);
  assert.doesNotMatch(again.program.log, /"level":"error"/);
});

test('a second signal ends it at once', async () => {
  const server = await startServer();
  // An upload that never ends makes the drain wait. `100 Continue` shows that the server waits for its body.
  const { id } = await server.begin();
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(`PUT /api/recordings/${id}/chunks/0 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/vnd.mcap\r\nContent-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:\r\nContent-Length: 100\r\nExpect: 100-continue\r\nOrigin: http://localhost\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  assert.match(answer.toString(), /^HTTP\/1.1 100 /);
  const ended = once(server.program.child, 'exit');
  server.program.child.kill('SIGTERM');
  await eventually(async () => server.program.log.includes('server.stopping'), Boolean);
  // The log line comes shortly before a second signal has its effect, so the signal is repeated.
  const again = setInterval(() => server.program.child.kill('SIGTERM'), 200);
  const [code] = await ended;
  clearInterval(again);
  socket.destroy();
  await server.stop();
  assert.equal(code, 1);
});

test('one server per data directory', async () => {
  const server = await startServer();
  const refused = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', server.dataDir]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /in use by another reprise \(process \d+\)/);
  assert.equal((await server.ask('GET', '/api/about')).status, 200);
  await server.stop();
});

test('a port that is taken is named in one line', async () => {
  const server = await startServer();
  const folder = temporaryFolder();
  const refused = await run('reprise', ['serve', '--listen', new URL(server.url).host, '--ops-listen', 'localhost:0', '--data-dir', folder]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /reprise: .*(in use|address)/i);
  remove(folder);
  await server.stop();
});

test('a page of another site cannot reach it under its own name (DNS rebinding)', async () => {
  const server = await startServer();
  const { port } = new URL(server.url);
  for (const url of [`${server.url}/api/chats`, `${server.opsUrl}/metrics`]) {
    const own = new URL(url).port;
    for (const host of ['evil.example', `evil.example:${own}`, `localhost.evil.example:${own}`]) {
      assert.equal(await raw(url, { host }), 421, `${url} ${host}`);
    }
    for (const host of [`localhost:${own}`, `127.0.0.1:${own}`]) assert.equal(await raw(url, { host }), 200, `${url} ${host}`);
  }
  assert.equal(await raw(`${server.url}/api/chats`, { host: `[::1]:${port}` }), 200);
  const other = await startServer({ args: ['--hosts', 'reprise.test'] });
  assert.equal(await raw(`${other.url}/api/chats`, { host: 'reprise.test' }), 200);
  await other.stop();
  await server.stop();
});

test('health on both listeners, metrics on the ops listener only', async () => {
  const server = await startServer();
  for (const base of [server.url, server.opsUrl]) {
    for (const path of ['/healthz', '/readyz']) assert.equal((await fetch(base + path)).status, 200, base + path);
  }
  const metrics = await (await fetch(`${server.opsUrl}/metrics`)).text();
  assert.match(metrics, /^reprise_http_requests_total\{.*route="\/healthz".*\} 1$/m);
  assert.ok(!(await (await fetch(`${server.url}/metrics`)).text()).includes('reprise_http_requests_total'));
  await server.stop();
});

test('every answer carries the security headers, pages and Workers also what they may do, and the API is not cached', async () => {
  const server = await startServer();
  const page = await (await server.fetch('/')).text();
  const named = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(named.length >= 4, page);
  for (const path of ['/', '/chats/1', '/api/chats', '/api/nothing', '/healthz', '/nothing.txt', ...named]) {
    const { headers } = await server.fetch(path);
    const runs = headers.get('content-type').startsWith('text/html');
    const policy = headers.get('content-security-policy');
    if (runs) {
      assert.match(policy, /^default-src 'none'; script-src 'self';.*; frame-ancestors 'none';.*; require-trusted-types-for 'script'; trusted-types reprise$/, path);
      assert.ok(policy.includes(server.tokens.url.replace('http', 'ws')), path);
    } else {
      assert.equal(policy, "default-src 'none'; frame-ancestors 'none'", path);
    }
    assert.equal(headers.get('cross-origin-opener-policy'), runs ? 'same-origin' : null, path);
    assert.equal(headers.has('permissions-policy'), runs, path);
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('access-control-allow-origin'), null, path);
    if (path.startsWith('/api/')) assert.match(headers.get('cache-control'), /no-store/);
  }
  await server.stop();
});

test('the scripts of Workers say what they may do, also when they have not changed', async () => {
  const server = await startServer();
  const policy = (await server.fetch('/')).headers.get('content-security-policy');
  const workers = readdirSync(join(root, 'web/dist/assets')).filter((name) => /-worker-[^.]*\.js$/.test(name));
  assert.ok(workers.some((name) => name.startsWith('live-worker-')), workers.join());
  for (const name of workers) {
    const whole = await server.fetch(`/assets/${name}`);
    const same = await server.fetch(`/assets/${name}`, { headers: { 'if-none-match': whole.headers.get('etag') } });
    assert.deepEqual([whole, same].map(({ status, headers }) => [status, headers.get('content-security-policy')]), [[200, policy], [304, policy]], name);
  }
  await server.stop();
});

test('a full disk: chunks are refused with 507, nothing is lost, and it goes on when there is space', async (t) => {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    t.skip('this user may not mount a tmpfs');
    return;
  }
  try {
    const server = await startServer({ dataDir: join(folder, 'data'), args: ['--min-free-mb', '0'] });
    const { id } = await server.begin();
    // Fills the disk, except for the space of a few chunks.
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(statfsSync(folder).bavail * statfsSync(folder).bsize - 200_000));
    const statuses = [];
    for (let seq = 0; seq < 20; ++seq) statuses.push((await server.put(id, seq, chunks[seq])).status);
    assert.ok(statuses.includes(507), statuses.join());
    assert.ok(statuses.every((status) => status === 201 || status === 507), statuses.join());
    const stored = (await server.chunksOf(id)).body.chunks;
    assert.deepEqual(stored.map(({ seq }) => seq), [...statuses.keys()].filter((seq) => statuses[seq] === 201));
    remove(join(folder, 'ballast'));
    for (let seq = 0; seq < 20; ++seq) assert.equal((await server.put(id, seq, chunks[seq])).status, 201, `chunk ${seq} after space was freed`);
    assert.equal(await server.program.stop(), 0);
    await server.tokens.close();
  } finally {
    execFileSync('umount', ['-l', folder]);
    remove(folder);
  }
});
