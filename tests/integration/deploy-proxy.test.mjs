// The profile `proxy` of Compose without containers: the same nginx, Dex, PostgreSQL, emulator and server, with the very files that
// their containers read (tests/harness/stack.mjs).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { throughDex } from '../harness/dex.mjs';
import { consent, eventually, root, syntheticChunks } from '../harness/programs.mjs';
import { Stack } from '../harness/stack.mjs';

const { WebSocket } = createRequire(join(root, 'web/package.json'))('ws');
let stack;
let anna;
let chunks;
before(async () => {
  [stack, chunks] = await Promise.all([Stack.start(), syntheticChunks(20)]);
  anna = await stack.loggedIn();
});
after(() => stack?.remove());

const put = (id, seq, bytes) =>
  anna.fetch(`/api/recordings/${id}/chunks/${seq}`, {
    method: 'PUT', body: bytes,
    headers: { 'content-type': 'application/vnd.mcap', 'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:` },
  });
async function begin() {
  const chat = await anna.ask('POST', '/api/chats', {});
  assert.equal(chat.status, 201, chat.text);
  const begun = await anna.ask('POST', '/api/live/sessions', { chat_id: chat.body.id, record: true, consent });
  assert.equal(begun.status, 201, begun.text);
  return begun.body;
}
/** What the server answers to the first line of a request with this Host; empty: nothing. */
async function raw(host, path = '/') {
  const socket = connect(stack.ports.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let text = '';
  socket.on('data', (data) => (text += data));
  await once(socket, 'close');
  return text.split('\r\n', 1)[0];
}

test('logging in by Dex, through nginx: the first admin, who is out again after logging out', async () => {
  const person = stack.person();
  const wrong = await throughDex((await person.begin()).href, stack.origin, 'dev@example.test', 'a guess');
  assert.deepEqual([wrong.location, await person.isLoggedIn()], [null, false]);
  const me = await anna.ask('GET', '/api/me');
  assert.deepEqual([me.status, me.body.email], [200, 'dev@example.test'], me.text);
  assert.match(me.text, /admin/);
  const other = await stack.loggedIn();
  assert.equal((await other.ask('POST', '/api/auth/logout', {})).status < 300, true);
  assert.equal(await other.isLoggedIn(), false);
});

test('headers of the server arrive unchanged, compressed as it made them', async () => {
  const direct = await fetch(`http://127.0.0.1:${stack.ports.app}/`);
  const through = await fetch(`${stack.origin}/`);
  for (const name of ['content-security-policy', 'permissions-policy', 'cross-origin-opener-policy', 'referrer-policy', 'x-content-type-options', 'cache-control', 'etag']) {
    assert.equal(through.headers.get(name), direct.headers.get(name), name);
  }
  const script = /src="(\/assets\/[^"]+)"/.exec(await through.text())[1];
  const packed = await fetch(stack.origin + script, { headers: { 'accept-encoding': 'br' } });
  assert.deepEqual([packed.status, packed.headers.get('content-encoding')], [200, 'br']);
  assert.match(through.headers.get('content-security-policy'), new RegExp(`connect-src 'self' ${stack.origin} ws://localhost:${stack.ports.port}`));
});

test('a live session: its token opens a socket to the emulator through nginx, which sees no login', async () => {
  const { connection } = await begin();
  assert.equal(connection.base_url, `${stack.origin}/emulator`);
  const url = `${connection.base_url.replace('http', 'ws')}/ws/google.ai.generativelanguage.${connection.api_version}.GenerativeService.BidiGenerateContentConstrained?access_token=${connection.token}`;
  const socket = new WebSocket(url, { headers: { cookie: 'x=1' } });
  await once(socket, 'open');
  socket.send(JSON.stringify({ setup: { model: `models/${connection.model ?? 'gemini-3.8-live'}` } }));
  const [data] = await once(socket, 'message');
  assert.match(String(data), /setupComplete/);
  socket.close();
});

test('a recording: chunks, hang up, ranges of the film; then the file of 8 MiB that the server itself judges', async () => {
  const { recording_id: id } = await begin();
  for (const [seq, bytes] of chunks.entries()) assert.equal((await put(id, seq, bytes)).status, 201);
  await anna.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  const { body: view } = await eventually(() => anna.ask('GET', `/api/recordings/${id}`), ({ body }) => body?.media);
  const whole = Buffer.from(await (await anna.fetch(view.media.url)).arrayBuffer());
  assert.equal(whole.length, view.media.bytes);
  const part = await anna.fetch(view.media.url, { headers: { range: 'bytes=100-199' } });
  assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 100-199/${whole.length}`]);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(100, 200));
  const { recording_id: other } = await begin();
  for (const [bytes, status] of [[8 * 1024 * 1024, 422], [8 * 1024 * 1024 + 1, 413]]) {
    const answer = await put(other, 0, Buffer.alloc(bytes));
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [status, 'application/problem+json']);
    assert.ok(!(await answer.text()).includes('about:blank'), 'the answer is the server\'s own');
  }
});

test('of Dex only the login is reached, and under another name nothing at all', async () => {
  for (const path of ['/dex/device', '/dex/device/code', '/dex/device/auth/verify_code', '/dex/token/introspect', '/dex//device/code', '/dex/%64evice']) {
    assert.match(await raw(`localhost:${stack.ports.port}`, path), / 404 /, path);
  }
  assert.match(await raw(`localhost:${stack.ports.port}`, '/dex/keys'), / 200 /);
  assert.equal(await raw('evil.example'), '');
  assert.match(await raw('localhost', '/metrics'), / 404 | 200 /, 'the app\'s page, at most');
  assert.ok(!(await (await fetch(`${stack.origin}/metrics`)).text()).includes('reprise_'), 'metrics are not served here');
});

test('each service is killed in turn and started again; nothing that was acknowledged is lost', async () => {
  const { recording_id: id } = await begin();
  const stored = async () => (await anna.ask('GET', `/api/recordings/${id}/chunks`)).body?.chunks?.length;
  let seq = 0;
  for (const name of ['app', 'db', 'dex', 'proxy']) {
    await stack.stop(name, 'SIGKILL');
    if (name === 'app') {
      const health = await stack.health();
      assert.deepEqual([health.code, /does not answer: connect: Connection refused/.test(health.stdout)], [1, true], health.stdout);
      const away = await put(id, seq, chunks[seq]);
      assert.deepEqual([away.status, away.headers.get('content-type'), (await away.json()).type], [502, 'application/problem+json', 'about:blank']);
    }
    if (name === 'db') {
      // Not the answer for visitors, which a page takes for the end of its login.
      const about = await anna.ask('GET', '/api/about');
      assert.deepEqual([about.status, about.body.storage], [503, undefined], about.text);
    }
    stack.run(name);
    await stack.ready();
    await eventually(() => put(id, seq, chunks[seq]), ({ status }) => status === 201);
    seq += 1;
    assert.equal(await stored(), seq);
  }
  assert.ok(await (await stack.loggedIn()).isLoggedIn(), 'logins work again');
  const health = await stack.health();
  assert.deepEqual([health.code, health.stdout], [0, '200: ready\n'], health.stderr);
});
