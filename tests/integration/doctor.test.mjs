// `reprise doctor`, `--help` of every command, and traces: what an operator asks a running server.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startNginx } from '../harness/nginx.mjs';
import { freePort } from '../harness/ports.mjs';
import { eventually, remove, run, sleep, start, startServer, temporaryFolder } from '../harness/programs.mjs';

const folder = temporaryFolder();
let emulator;
let server;
let nginx;
let site;
/** In place of the service of tokens. */
const model = () => ({ url: emulator.url, close: () => {} });
/** A collector of traces: what it was sent. */
const spans = [];
const collector = createServer((request, response) => {
  let text = '';
  request.on('data', (piece) => (text += piece));
  request.on('end', () => {
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') return response.writeHead(400).end();
    const [resource] = JSON.parse(text).resourceSpans;
    spans.push(...resource.scopeSpans[0].spans.map((span) => ({ ...span, service: resource.resource.attributes[0].value.stringValue })));
    return response.end('{}');
  });
});
/** A service that speaks like OpenAI: for which traces it was asked. */
const asked = [];
const service = createServer((request, response) => {
  asked.push({ path: request.url, trace: request.headers.traceparent });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [{ id: 'm1' }] }));
});
const listening = async (one) => {
  await new Promise((resolve) => one.listen(0, '127.0.0.1', resolve));
  return one.address().port;
};
before(async () => {
  emulator = await start('reprise-emulator', ['--listen', 'localhost:0']);
  server = await startServer({
    tokens: model(),
    args: ['--trusted-proxies', '127.0.0.1', '--otlp-url', `http://127.0.0.1:${await listening(collector)}`,
      '--openai-url', `http://127.0.0.1:${await listening(service)}/v1`, '--openai-model', 'm1'],
  });
  const port = await freePort();
  site = `http://localhost:${port}`;
  const place = `server { listen 127.0.0.1:${port}; location / { proxy_pass ${server.url}; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; } }`;
  nginx = await startNginx(join(folder, 'nginx'), place, async () => (await fetch(`${site}/healthz`)).status === 200);
});
after(async () => {
  await nginx?.stop();
  await server?.stop();
  await emulator?.stop();
  collector.close();
  service.close();
  remove(folder);
});

const of = (at, gemini = emulator.url) => ['--data-dir', at.dataDir, '--gemini-url', gemini, '--ops-listen', new URL(at.opsUrl).host];
/** Findings by their names: the verdict of each. */
const verdicts = (text) => Object.fromEntries([...text.matchAll(/^(ok|WARN|FAILED) +(\w+) /gm)].map(([, verdict, name]) => [name, verdict]));

test('a sound installation: nothing has failed, also behind a proxy', async () => {
  const { code, stdout, stderr } = await run('reprise', ['doctor', ...of(server), '--trusted-proxies', '127.0.0.1', '--url', site]);
  assert.equal(code, 0, stdout + stderr);
  const found = verdicts(stdout);
  for (const name of ['directory', 'disk', 'write', 'rows', 'schema', 'pages', 'objects', 'login', 'hello', 'answer', 'reach', 'headers', 'address', 'events', 'ranges', 'metrics']) assert.equal(found[name], 'ok', `${name}: ${stdout}`);
  assert.ok('files' in found && 'clock' in found, stdout);
  assert.match(stdout, /\nNothing has failed\.\n$/);
  assert.ok(!stdout.includes('-> \n'));
});

test('what is wrong is named, each with what to do', async () => {
  const data = join(folder, 'open');
  mkdirSync(data);
  chmodSync(data, 0o755);
  const key = join(folder, 'key');
  writeFileSync(key, 'abc', { mode: 0o600 });
  const gone = await freePort();
  const args = ['doctor', '--data-dir', data, '--gemini-url', `http://localhost:${gone}`, '--ops-listen', `localhost:${gone}`, '--min-free-mb', '1000000', '--url', `http://localhost:${gone}`];
  const { code, stdout } = await run('reprise', args, { REPRISE_GEMINI_KEY_FILE: key });
  assert.equal(code, 1, stdout);
  assert.match(stdout, /FAILED directory .* may be read by other accounts \(mode 755\)\n +-> chmod 700 /);
  assert.match(stdout, /FAILED disk .*\n +-> Enlarge the disk/);
  assert.match(stdout, /WARN +rows .* there is no .*reprise\.db yet\n +-> The first start/);
  assert.match(stdout, /FAILED reach .*\n +-> See that the proxy runs/);
  assert.match(stdout, /ok +secret .*key is for its owner only/);
  assert.match(stdout, /\nFailed: Machine, Gemini, Typed messages, Proxy and TLS\. The lines above say what to do\.\n$/);
});

test('a proxy that is not in the settings, and one that hides our name', async () => {
  const other = await startServer({ tokens: model() });
  const port = await freePort();
  const away = `http://localhost:${await freePort()}`;  // the talk is tried above
  const block = (name, more) => `server { listen 127.0.0.1:${port}; server_name ${name}; location / { proxy_pass ${other.url}; ${more} } }`;
  const place = block('localhost', 'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;') + block('hidden.localhost', 'proxy_set_header Host hidden;');
  const proxy = await startNginx(join(folder, 'second'), place, async () => (await fetch(`http://localhost:${port}/healthz`)).status === 200);
  try {
    const first = await run('reprise', ['doctor', ...of(other, away), '--url', `http://localhost:${port}`]);
    assert.match(first.stdout, /FAILED address .*\n +-> Name the proxy's address or network in --trusted-proxies/, first.stdout);
    assert.equal(first.code, 1);
    assert.match(first.stdout, /Failed: .*Proxy and TLS/);
    const second = await run('reprise', ['doctor', ...of(other, away), '--url', `http://hidden.localhost:${port}`]);
    assert.match(second.stdout, /FAILED reach .*status 4\d\d\n +-> The server does not know the name/, second.stdout);
  } finally {
    await proxy.stop();
    await other.stop();
  }
});

test('a proxy that holds streams back, or drops ranges, is named', async () => {
  const port = await freePort();
  const away = `http://localhost:${await freePort()}`;
  const held = `server { listen 127.0.0.1:${port}; location / { proxy_pass ${server.url}; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
    proxy_ignore_headers X-Accel-Buffering; proxy_buffering on; proxy_set_header Range ""; } }`;
  const proxy = await startNginx(join(folder, 'third'), held, async () => (await fetch(`http://localhost:${port}/healthz`)).status === 200);
  try {
    const { code, stdout } = await run('reprise', ['doctor', ...of(server, away), '--trusted-proxies', '127.0.0.1', '--url', `http://localhost:${port}`]);
    assert.equal(code, 1);
    assert.match(stdout, /FAILED events .*all at once.*\n +-> Switch buffering off for \/api \(nginx: proxy_buffering off;/, stdout);
    assert.match(stdout, /FAILED ranges .*a part of 100 bytes was asked for; 1024 bytes came, with status 200\n +-> Pass Range/, stdout);
  } finally {
    await proxy.stop();
  }
});

test('a new level of the log is taken while it runs; what needs a restart is named', async () => {
  const runs = ['--gemini-url', emulator.url, '--trusted-proxies', '127.0.0.1', '--ops-listen', 'localhost:0', '--listen', 'localhost:0', '--data-dir', server.dataDir,
    '--otlp-url', `http://127.0.0.1:${collector.address().port}`, '--openai-url', `http://127.0.0.1:${service.address().port}/v1`, '--openai-model', 'm1'];
  const asks = async () => {
    const before = server.program.log.length;
    await fetch(`${server.url}/api/about`);
    return () => Promise.resolve(server.program.log.slice(before).includes('"http.request"'));
  };
  await eventually(await asks(), Boolean);
  assert.deepEqual(await run('reprise', ['reload', ...runs, '--log-level', 'error']).then(({ code, stdout }) => [code, stdout]), [0, 'the log is written from error on\n']);
  const isLogged = await asks();
  await sleep(300);
  assert.equal(await isLogged(), false);
  const changed = await run('reprise', ['reload', ...runs, '--voice', 'Puck']);
  assert.deepEqual([changed.code, changed.stdout], [1, 'the log is written from info on\nvoice is Kore until a restart, then Puck\n']);
  await eventually(await asks(), Boolean);
  const wrong = await run('reprise', ['reload', ...runs, '--threads', 'many']);
  assert.equal(wrong.code, 78, 'a wrong setting is refused before the server hears of it');
  const nobody = await run('reprise', ['reload', '--data-dir', folder]);
  assert.match(nobody.stderr, /no server runs on/);
});

test('each command says what it takes; an unknown one is refused', async () => {
  const { stdout } = await run('reprise', ['--help']);
  const commands = [...stdout.matchAll(/^ {2}reprise ([a-z]+(?: [a-z]+)?)/gm)].map(([, words]) => words.split(' '));
  assert.ok(commands.length >= 17, stdout);
  for (const words of commands) {
    const said = await run('reprise', [...words, '--help']);
    assert.deepEqual([said.code, said.stderr], [0, ''], words.join(' '));
    assert.ok(said.stdout.startsWith(`  reprise ${words.join(' ')}`), said.stdout);
  }
  assert.match((await run('reprise', ['backup', '--help'])).stdout, /--to +a folder of its own[\s\S]*REPRISE_BACKUP_KEY/);
  assert.match((await run('reprise', ['doctor', 'sunday'])).stderr, /there is: .*reprise doctor gemini/);
  assert.match((await run('reprise', ['sunday'])).stderr, /unknown command 'sunday'/);
});

test('a trace goes on: in the log, at the collector, and through the proxy', async () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  const parent = '00f067aa0ba902b7';
  assert.equal((await fetch(`${site}/api/about`, { headers: { traceparent: `00-${id}-${parent}-01` } })).status, 200);
  await fetch(`${server.url}/api/about`, { headers: { traceparent: `00-${id}-00f067aa0ba902b8-00` } });
  const [span] = await eventually(() => Promise.resolve(spans.filter((one) => one.traceId === id)), ({ length }) => length > 0);
  assert.deepEqual([span.service, span.name, span.parentSpanId, span.kind], ['reprise', 'GET /api/about', parent, 2]);
  assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
  const line = server.program.log.split('\n').filter((one) => one.includes(id)).map((one) => JSON.parse(one))[0];
  assert.deepEqual([line.event, line.trace_id, line.span_id], ['http.request', id, span.spanId]);
  await fetch(`${server.url}/api/about`, { headers: { traceparent: `00-${id.replaceAll('4', '5')}-${parent}-01` } });
  await eventually(() => Promise.resolve(spans), (all) => all.some((one) => one.traceId === id.replaceAll('4', '5')));
  assert.equal(spans.filter((one) => one.traceId === id).length, 1, 'what its beginner does not keep is not sent');
});

test('what a request needs from other services is in its trace', async () => {
  const id = '5bf92f3577b34da6a3ce929d0e0e4737';
  const headers = { traceparent: `00-${id}-00f067aa0ba902b7-01`, origin: server.url, 'content-type': 'application/json' };
  const post = async (path, body) => {
    const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 201, path);
    return answer.json();
  };
  assert.equal((await fetch(`${server.url}/api/answerers`, { headers })).status, 200);
  const chat = await post('/api/chats', {});
  await post('/api/live/sessions', { chat_id: chat.id, record: false });
  await post(`/api/chats/${chat.id}/messages`, { client_id: 'one', text: 'hello', upload_ids: [] });
  const ours = () => spans.filter((one) => one.traceId === id);
  const named = (name) => ours().filter((one) => one.name === name);
  // The list of models, the token, the answer and the chat's title.
  await eventually(() => Promise.resolve(named('POST gemini')), ({ length }) => length >= 3);
  const [list] = named('GET /api/answerers');
  const [models] = named('GET openai');
  assert.deepEqual([models.kind, models.parentSpanId], [3, list.spanId]);
  assert.deepEqual(asked.map(({ path, trace }) => [path, trace]), [['/v1/models', `00-${id}-${models.spanId}-01`]]);
  assert.equal(named('GET gemini')[0].parentSpanId, list.spanId);
  const parents = named('POST gemini').map(({ parentSpanId }) => parentSpanId);
  const [minted] = named('POST /api/live/sessions');
  const [sent] = named('POST /api/chats/{id:uuid}/messages');
  assert.deepEqual(parents.filter((parent) => parent === minted.spanId).length, 1);
  assert.ok(parents.filter((parent) => parent === sent.spanId).length >= 2, JSON.stringify(ours()));
  assert.ok(!JSON.stringify(ours()).includes('key='), 'no address is told');
});
