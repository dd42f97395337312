// Reprise behind nginx, with the configuration from docs/operating.md.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startNginx } from '../harness/nginx.mjs';
import { freePort } from '../harness/ports.mjs';
import { consent, eventually, remove, root, startServer, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

const kHost = 'reprise.example';
const kOrigin = `https://${kHost}`;
const folder = temporaryFolder();
let server;
let chunks;
let nginx;
let port;

/** The `server` block of that page, with the addresses and the certificate of this test. */
const configuration = () => {
  const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
  const block = /```nginx\n(.*?)```/s.exec(page)?.[1] ?? '';
  const own = block
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
    .replace('/etc/ssl/certs/reprise.example.pem', join(folder, 'cert.pem'))
    .replace('/etc/ssl/private/reprise.example.key', join(folder, 'key.pem'))
    .replaceAll('http://127.0.0.1:8080', server.url.replace('localhost', '127.0.0.1'));
  assert.ok(own.includes(`127.0.0.1:${port} ssl`) && own.includes(folder) && !own.includes('8080'), own);
  return own;
};

/**
 * Sends a request through the proxy, as a page of the host would. Each uses a connection of its own, since nginx closes
 * one after a 413. A header that is null is left out.
 */
const ask = (method, path, { headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const all = { host: kHost, origin: kOrigin, ...headers };
    for (const [name, value] of Object.entries(all)) if (value === null) delete all[name];
    const asked = request(
      { host: '127.0.0.1', port, servername: kHost, rejectUnauthorized: false, agent: false, method, path, headers: all },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) }));
        response.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
const json = ({ bytes }) => JSON.parse(bytes.toString());
const post = (path, value) => ask('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
const put = (id, seq, bytes) =>
  ask('PUT', `/api/recordings/${id}/chunks/${seq}`, {
    headers: {
      'content-type': 'application/vnd.mcap',
      'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`,
    },
    body: bytes,
  });

before(async () => {
  [server, chunks, port] = await Promise.all([startServer({ args: ['--hosts', kHost] }), syntheticChunks(20), freePort()]);
  mkdirSync(folder, { recursive: true });
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', `/CN=${kHost}`, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
  nginx = await startNginx(folder, configuration(), async () => (await ask('GET', '/healthz')).status === 200);
});
after(async () => {
  await nginx?.stop();
  await server?.stop();
  remove(folder);
});

async function begin() {
  const chat = await post('/api/chats', {});
  assert.equal(chat.status, 201, chat.bytes.toString());
  const begun = await post('/api/live/sessions', { chat_id: json(chat).id, record: true, consent });
  assert.equal(begun.status, 201, begun.bytes.toString());
  return json(begun).recording_id;
}

test('the app comes from the root of the host', async () => {
  const page = await ask('GET', '/');
  assert.equal(page.status, 200);
  assert.match(page.headers['content-type'], /^text\/html/);
  assert.match(page.headers['content-security-policy'], /script-src 'self'/);
  const script = /src="(\/assets\/[^"]+)"/.exec(page.bytes.toString())?.[1];
  assert.equal((await ask('GET', script)).status, 200);
});

test('a recording is stored, finished, played by ranges, downloaded and erased', async () => {
  const id = await begin();
  for (const [seq, bytes] of chunks.entries()) assert.equal((await put(id, seq, bytes)).status, 201);
  const finish = await post(`/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  assert.equal(json(finish).state, 'complete');
  const view = await eventually(async () => json(await ask('GET', `/api/recordings/${id}`)), ({ media }) => media);
  const whole = await ask('GET', view.media.url);
  assert.equal(whole.bytes.length, view.media.bytes);
  const etag = whole.headers.etag;
  assert.match(etag, /^"/, 'strong: If-Range works with nothing else');
  const part = await ask('GET', view.media.url, { headers: { range: 'bytes=100-199', 'if-range': etag } });
  assert.equal(part.status, 206);
  assert.equal(part.headers['content-range'], `bytes 100-199/${view.media.bytes}`);
  assert.deepEqual(part.bytes, whole.bytes.subarray(100, 200));
  assert.equal((await ask('GET', view.media.url, { headers: { 'if-none-match': etag } })).status, 304);
  const head = await ask('HEAD', view.mcap_url);
  const mcap = await ask('GET', view.mcap_url, { headers: { range: 'bytes=0-7' } });
  assert.equal(mcap.headers['content-range'], `bytes 0-7/${head.headers['content-length']}`);
  const erased = await ask('DELETE', `/api/recordings/${id}`);
  assert.ok([202, 204].includes(erased.status));
  assert.equal((await ask('GET', `/api/recordings/${id}`)).status, 410);
});

test('a chunk of the largest size comes through, and a larger one is refused by Reprise itself', async () => {
  const id = await begin();
  for (const [bytes, status] of [[8 * 1024 * 1024, 422], [8 * 1024 * 1024 + 1, 413]]) {
    const answer = await put(id, 0, Buffer.alloc(bytes));
    assert.equal(answer.status, status, answer.bytes.toString());
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  }
});

test('what another site asks for, or nobody, changes nothing', async () => {
  for (const origin of ['https://evil.example', 'https://evil.reprise.example', 'null', null]) {
    const answer = await ask('POST', '/api/chats', { headers: { origin, 'content-type': 'application/json' }, body: '{}' });
    assert.equal(answer.status, 403, String(origin));
  }
  assert.equal((await ask('GET', '/', { headers: { host: 'other.example' } })).status, 421);
});

test('while Reprise is away nginx answers in its place, and that proves nothing', async () => {
  const id = await begin();
  await server.program.stop();
  const answer = await put(id, 0, chunks[0]);
  assert.equal(answer.status, 502);
  assert.match(answer.headers['content-type'], /^text\/html/);
});
