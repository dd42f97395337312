// What nginx does with requests and answers, with the configuration that deploy/nginx/render.sh makes for plain hosts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect as connectH2 } from 'node:http2';
import { Agent, request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startNginx } from '../harness/nginx.mjs';
import { freePort } from '../harness/ports.mjs';
import { remove, root, sleep, temporaryFolder } from '../harness/programs.mjs';

const HOST = 'reprise.example';
const folder = temporaryFolder();
const seen = [];
let upstream;
let nginx;
let port;
let tlsPort;

/** Stands for the server: tells what it saw, and when. */
function answer(asked, response) {
  const one = { path: asked.url, headers: asked.headers, method: asked.method, firstByte: null, closed: false };
  seen.push(one);
  asked.once('data', () => (one.firstByte = performance.now()));
  response.on('close', () => (one.closed = true));
  if (asked.url === '/api/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    return; // it goes on, and says nothing more
  }
  asked.on('end', () => response.writeHead(asked.headers.range ? 206 : 200, { 'content-type': 'text/plain', etag: '"strong"', 'content-security-policy': "default-src 'none'", ...(asked.url.startsWith('/dex/') ? {} : { 'strict-transport-security': 'max-age=1' }) }).end('x'.repeat(4000)));
  asked.resume();
}

const render = (...args) => execFileSync(join(root, 'deploy/nginx/render.sh'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
before(async () => {
  upstream = createServer(answer).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  [port, tlsPort] = [await freePort(), await freePort()];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', `/CN=${HOST}`, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
  const configuration = render('--host', HOST, '--certificate', join(folder, 'cert.pem'), '--key', join(folder, 'key.pem'),
    '--port', String(port), '--tls-port', String(tlsPort), '--app', `127.0.0.1:${upstream.address().port}`, '--dex', `127.0.0.1:${upstream.address().port}`);
  nginx = await startNginx(folder, configuration, async () => (await ask('GET', '/')).status === 200);
});
after(async () => {
  await nginx?.stop();
  upstream?.closeAllConnections();
  upstream?.close();
  remove(folder);
});

/** One request by TLS, or in the clear with `clear`. */
const ask = (method, path, { headers = {}, body, clear = false, agent = false } = {}) =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: clear ? port : tlsPort, agent, method, path, headers: { host: HOST, ...headers } };
    const asked = (clear ? request : requestTls)(clear ? options : { ...options, servername: HOST, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.on('data', (data) => (text += data));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

test('who asks is said by nginx alone, and what a browser says of proxies is taken off', async () => {
  await ask('GET', '/', { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil', 'x-forwarded-user': 'root', forwarded: 'for=evil', 'x-original-url': '/api/me', 'x-forwarded-uri': '/x', 'x-forwarded-proto': 'http' } });
  const { headers } = seen.at(-1);
  assert.deepEqual([headers['x-forwarded-for'], headers['x-forwarded-proto'], headers.host], ['127.0.0.1', 'https', HOST]);
  for (const name of ['x-forwarded-host', 'x-forwarded-user', 'forwarded', 'x-original-url', 'x-forwarded-uri']) assert.equal(headers[name], undefined, name);
});

test('answers arrive as they are: strong ETag, policy, ranges, no name of nginx\'s version', async () => {
  const whole = await ask('GET', '/film', { headers: { 'accept-encoding': 'gzip, br' } });
  assert.deepEqual([whole.headers.etag, whole.headers['content-encoding'], whole.headers['content-security-policy']], ['"strong"', undefined, "default-src 'none'"]);
  assert.equal(whole.headers.server, 'nginx');
  // The server says for how long only TLS is used; Dex does not, so nginx does for it.
  assert.deepEqual([whole.headers['strict-transport-security'], (await ask('GET', '/dex/keys')).headers['strict-transport-security']], ['max-age=1', 'max-age=31536000']);
  const part = await ask('GET', '/film', { headers: { range: 'bytes=0-9', 'if-range': '"strong"' } });
  assert.equal(part.status, 206);
  assert.deepEqual([seen.at(-1).headers.range, seen.at(-1).headers['if-range']], ['bytes=0-9', '"strong"']);
});

test('events arrive while the answer goes on, and the server sees at once that nobody reads them any more', async () => {
  const asked = requestTls({ host: '127.0.0.1', port: tlsPort, path: '/api/events', headers: { host: HOST }, servername: HOST, rejectUnauthorized: false, agent: false });
  asked.end();
  const [response] = await once(asked, 'response');
  const [first] = await once(response, 'data');
  assert.equal(String(first), 'data: 1\n\n');
  const one = seen.at(-1);
  asked.destroy();
  for (let tries = 0; !one.closed; tries += 1) {
    assert.ok(tries < 600, 'the connection to the server stays open');
    await sleep(50);
  }
});

test('a chunk is sent on while it comes', async () => {
  const asked = requestTls({ host: '127.0.0.1', port: tlsPort, method: 'PUT', path: '/api/recordings/1/chunks/0', headers: { host: HOST, 'content-length': 8 * 1024 * 1024 }, servername: HOST, rejectUnauthorized: false, agent: false });
  asked.write(Buffer.alloc(64 * 1024));
  for (let tries = 0; !seen.at(-1).firstByte; tries += 1) {
    assert.ok(tries < 600, 'nothing arrives before the end');
    await sleep(50);
  }
  asked.end(Buffer.alloc(8 * 1024 * 1024 - 64 * 1024));
  const [response] = await once(asked, 'response');
  assert.equal(response.statusCode, 200);
  response.resume();
});

test('what nginx says by itself is JSON, and no answer of the server\'s', async () => {
  const large = await ask('PUT', '/api/recordings/1/chunks/0', { headers: { 'content-length': 10 * 1024 * 1024 } });
  assert.deepEqual([large.status, large.headers['content-type'], JSON.parse(large.text).type], [413, 'application/problem+json', 'about:blank']);
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const flood = await Promise.all(Array.from({ length: 400 }, () => ask('POST', '/api/live/sessions', { agent })));
  agent.destroy();
  const refused = flood.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0 && refused.length <= 200, `${refused.length} of 400 are refused`);
  assert.equal(JSON.parse(refused[0].text).type, 'about:blank');
});

test('what nginx cannot read is refused in JSON, too, in the clear as by TLS', async () => {
  const asked = [
    ['GET', '/api/me', { 'x-much': 'a'.repeat(20_000) }],
    ['GET', `/api/${'a'.repeat(20_000)}`, {}],
    ['POST', '/api/chats', { 'transfer-encoding': 'gzip' }],
  ];
  for (const clear of [false, true]) {
    for (const [method, path, headers] of asked) {
      const { status, headers: got, text } = await ask(method, path, { headers, clear });
      assert.deepEqual([status >= 400, got['content-type'], JSON.parse(text).type], [true, 'application/problem+json', 'about:blank'], `${method} ${path.slice(0, 20)}`);
    }
  }
  const socket = connect(port, '127.0.0.1').end('NONSENSE\r\n\r\n');
  let text = '';
  for await (const data of socket) text += data;
  assert.match(text, /^HTTP\/1\.1 400 [^]*\r\n\r\n\{"type":"about:blank"/);
});

test('TLS with HTTP/2; in the clear pages lead there, and the API answers 403', async () => {
  const session = connectH2(`https://127.0.0.1:${tlsPort}`, { servername: HOST, rejectUnauthorized: false });
  const stream = session.request({ ':path': '/', ':authority': HOST });
  const [head] = await once(stream, 'response');
  assert.equal(head[':status'], 200);
  stream.resume();
  session.close();
  const page = await ask('GET', '/library?sort=longest', { clear: true });
  assert.deepEqual([page.status, page.headers.location], [308, `https://${HOST}:${tlsPort}/library?sort=longest`]);
  const api = await ask('POST', '/api/chats', { clear: true, body: '{}' });
  assert.deepEqual([api.status, JSON.parse(api.text).status], [403, 403]);
});

test('while the server is away the answer is a 502 that proves nothing', async () => {
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  const away = await ask('GET', '/api/me');
  assert.deepEqual([away.status, away.headers['retry-after'], JSON.parse(away.text).type], [502, '2', 'about:blank']);
});

test('below a path it is refused with a sentence', () => {
  const refusal = (...args) => {
    try {
      render(...args);
      return 'it was rendered';
    } catch (error) {
      return `${error.status} ${error.stderr}`;
    }
  };
  assert.match(refusal('--host', 'example.org/reprise/'), /^78 render\.sh: a host has no path: Reprise runs at the root of a host name only/);
  assert.match(refusal('--host', 'a;b'), /^78 render\.sh: a host is made of letters/);
  assert.match(refusal('--host', 'a', '--app', '1;evil'), /^78 render\.sh: "1;evil" has a letter/);
  assert.match(refusal('--host', 'a', '--certificate', '/c'), /^78 render\.sh: --certificate needs --key/);
});
