// Without a login every address below /api that is not public answers 401, before anything of the request but its path is looked at.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { operations, pathOf } from '../harness/operations.mjs';

/** Fixed, and named in the issue that brought logins; a new public operation must be meant. */
const PUBLIC = ['GET /api/about', 'GET /api/about/bytes', 'GET /api/about/events', 'GET /api/openapi.json', 'GET /api/auth/issuers', 'GET /api/auth/{issuer}/login', 'GET /api/auth/{issuer}/callback',
  // A link that somebody shared: its secret, or the cookie that it was exchanged for, says all.
  'POST /api/share-links/open', 'GET /api/share-links/{share_id}',
  // The same for the link of somebody who takes part in a study (docs/adr/2026-11-29-studies.md).
  'POST /api/participation/open', 'POST /api/participation/consent'];
const isPublic = ({ method, path }) => PUBLIC.includes(`${method} ${path}`);
const locked = operations.filter((operation) => !isPublic(operation));

let issuer;
let server;
before(async () => {
  issuer = await Issuer.start();
  server = await startLoginServer({ issuers: [{ id: 'dex', peer: issuer }] });
});
after(async () => {
  await server.end();
  await issuer.stop();
});

const values = (value) => new Proxy({}, { get: () => value });
let page;
/** A 401 that is the same for all. */
async function isLocked(method, path, init = {}) {
  const response = await fetch(server.origin + path, { method, redirect: 'manual', ...init });
  const what = `${method} ${path}`;
  assert.equal(response.status, 401, what);
  assert.equal(response.headers.getSetCookie().filter((line) => line.startsWith('__Host-sid=') && !/Max-Age=0/i.test(line)).length, 0);
  assert.equal(response.headers.get('cache-control'), 'no-store', what);
  if (method === 'HEAD') return;
  const body = await response.json();
  delete body.request_id;
  page ??= body;
  assert.deepEqual(body, page, what);
}

test('every operation that is not public', async () => {
  assert.ok(locked.length > 20);
  const absent = '01936200-0000-7000-8000-00000000ffff';
  const own = { origin: server.origin };
  for (const operation of locked) {
    for (const value of [absent, 'x', '0', "'", '..', '%00', 'x'.repeat(500)]) await isLocked(operation.method, pathOf(operation, values(value)), { headers: own });
    const path = pathOf(operation, values(absent));
    await isLocked(operation.method, path, { headers: { origin: 'http://evil.example' } });
    await isLocked(operation.method, `${path}?limit=x&cursor=x&q=`);
    await isLocked(operation.method, path, { headers: { ...own, cookie: '__Host-sid=x' } });
    await isLocked(operation.method, path, { headers: { ...own, authorization: 'Bearer x' } });
    await isLocked(operation.method, path, { headers: { ...own, authorization: 'Basic eDp5' } });
    if (operation.method === 'GET') continue;
    for (const [type, body] of [['application/json', '{'], ['application/json', JSON.stringify(operation.json ?? {})], ['text/plain', 'x'], ['application/vnd.mcap', 'x']]) {
      await isLocked(operation.method, path, { headers: { ...own, 'content-type': type }, body });
    }
  }
});

test('addresses and methods that do not exist', async () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const path of ['/api', '/api/', '/api/nothing', '/api/chats/', '/api/about/x', '/api/auth', '/api/auth/dex', '/api/auth/dex/login/x', '/api/auth/dex/callback/', '/api/auth/sessions/x', '/api/%63hats', '/api/./chats', '/api/about/../chats']) {
      await isLocked(method, path, { headers: { origin: server.origin } });
    }
  }
});

test('names that look like a way around', async () => {
  for (const path of ['/API/chats', '/api/auth/dex/login/../../../chats', '//api/chats', '/api//chats', '/api/chats;x', '/api/chats?/api/about', '/api/chats#/api/about', '/api/chats/%2e%2e/chats']) {
    const url = new URL(server.origin);
    const asked = request({ host: url.hostname, port: url.port, path: path.replace('#', '%23'), headers: { host: url.host } });
    asked.end();
    const [response] = await once(asked, 'response');
    let text = '';
    for await (const data of response) text += data;
    assert.ok(!text.includes('"chats"'), path);
    assert.ok([400, 401, 404].includes(response.statusCode) || text.startsWith('<!doctype html>'), `${path} ${response.statusCode}`);
  }
  for (const headers of [
    { 'x-original-url': '/api/about' }, { 'x-forwarded-uri': '/api/about' }, { 'x-http-method-override': 'GET' }, { 'x-forwarded-user': 'admin' }, { 'x-forwarded-for': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1' }, { 'user-agent': 'kube-probe/1.0' },
  ]) await isLocked('GET', '/api/chats', { headers });
});

test('the answer comes before the body, however long that will be', async () => {
  for (const operation of locked.filter(({ method }) => method !== 'GET')) {
    const url = new URL(server.origin + pathOf(operation, values('01936200-0000-7000-8000-00000000ffff')));
    for (const framing of [{ 'content-length': 1_000_000_000 }, { 'transfer-encoding': 'chunked' }, { 'content-length': 4, expect: '100-continue' }]) {
      const sent = request(url, { method: operation.method, headers: { origin: server.origin, 'content-type': 'application/json', ...framing } });
      sent.on('error', () => {});
      sent.flushHeaders();
      const [response] = await Promise.race([once(sent, 'response'), new Promise((_, reject) => setTimeout(() => reject(new Error(`${operation.id} waits`)), 10_000))]);
      assert.equal(response.statusCode, 401, operation.id);
      response.resume();
      sent.destroy();
    }
  }
});

test('what is public says little', async () => {
  const about = await (await fetch(`${server.origin}/api/about`)).json();
  assert.deepEqual(Object.keys(about).sort(), ['name', 'version']);
  const { issuers } = await (await fetch(`${server.origin}/api/auth/issuers`)).json();
  assert.deepEqual(issuers.map(({ id, name }) => [id, name]), [['dex', 'Dex']]);
  assert.ok(!JSON.stringify(issuers).includes(issuer.secret) && !JSON.stringify(issuers).includes('reprise.client'));
  assert.equal((await fetch(`${server.origin}/api/openapi.json`)).status, 200);
  const headers = { origin: server.origin, 'content-type': 'application/json' };
  for (const [path, init] of [['open', { method: 'POST', headers, body: '{"secret":"x"}' }], ['01936200-0000-7000-8000-00000000ffff', {}]]) {
    const link = await fetch(`${server.origin}/api/share-links/${path}`, init);
    assert.deepEqual([link.status, link.headers.getSetCookie()], [404, []], path);
  }
  assert.equal((await fetch(`${server.origin}/`)).status, 200);
  assert.equal((await fetch(`${server.origin}/chats`)).status, 200, 'pages of the app');
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    const response = await fetch(server.origin + path);
    const text = await response.text();
    assert.ok(!text.includes('reprise_'), `${path}: metrics are for the ops port`);
  }
});
