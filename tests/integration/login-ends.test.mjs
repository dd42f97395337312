// What runs for somebody ends within five seconds when their login ends, they are disabled, or their token is taken away: answers that
// stream, uploads, downloads, further tokens. A session gets another secret with other rights.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { after, before, test } from 'node:test';
import { chunkOf } from '../harness/chunks.mjs';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { consent, digestOf, eventually, sleep } from '../harness/programs.mjs';

/** Five seconds are promised; a busy machine gets twice that. */
const WITHIN_MS = 10_000;
/** After it nothing more of a download comes. */
const CUT_MS = 7000;
let issuer;
let server;
let boss;

/** Mints tokens; an answer in words is begun and never ended. */
async function startEndlessModel() {
  const model = createServer((asked, answer) => {
    asked.resume();
    if (!asked.url.includes('streamGenerateContent')) {
      answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ name: 'auth_tokens/endless' }));
      return;
    }
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write(`data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text: 'Well ' }] } }] })}\n\n`);
  });
  model.listen(0, 'localhost');
  await once(model, 'listening');
  return { url: `http://localhost:${model.address().port}`, asked: [], close: () => new Promise((resolve) => {
    model.closeAllConnections();
    model.close(resolve);
  }) };
}

before(async () => {
  issuer = await Issuer.start();
  for (const name of ['boss', 'anna', 'ben', 'cleo', 'dora']) issuer.addPerson(name);
  server = await startLoginServer({
    issuers: [{ id: 'dex', peer: issuer }], firstAdmin: { issuer: 'dex', email: 'boss@example.test' }, server: { tokens: await startEndlessModel() },
  });
  boss = server.person();
  await boss.login({ as: 'boss' });
});
after(async () => {
  await server.end();
  await issuer.stop();
});

const loggedIn = async (as) => {
  const person = server.person();
  await person.login({ as });
  return person;
};
const sid = (person) => ({ cookie: `__Host-sid=${person.cookies.get('__Host-sid')}`, origin: server.origin });

/** A stream of an answer that is never done. `closed`: when the server ended it. */
async function follow(person, headers) {
  const chat = (await person.ask('POST', '/api/chats', {})).body.id;
  const sent = await person.ask('POST', `/api/chats/${chat}/messages`, { client_id: 'c1', text: 'Say something long.' });
  assert.equal(sent.status, 201, sent.text);
  const asked = request(`${server.origin}/api/chats/${chat}/messages/${sent.body.answer.id}/stream`, { headers });
  asked.end();
  const [answer] = await once(asked, 'response');
  assert.equal(answer.statusCode, 200);
  let heard = '';
  answer.on('data', (bytes) => (heard += bytes));
  const closed = new Promise((resolve) => answer.once('close', () => resolve(Date.now())));
  answer.on('error', () => {});
  await eventually(async () => heard, (text) => text.includes('Well'));
  return { closed };
}

/** A recorded talk, with a record of some 20 MB. */
async function talk(person) {
  const chat = (await person.ask('POST', '/api/chats', {})).body.id;
  const started = await person.ask('POST', '/api/live/sessions', { chat_id: chat, record: true, consent });
  assert.equal(started.status, 201, started.text);
  const id = started.body.recording_id;
  const put = (seq, bytes, headers = {}) => person.fetch(`/api/recordings/${id}/chunks/${seq}`, {
    method: 'PUT', headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(bytes), ...headers }, body: bytes,
  });
  for (let seq = 0; seq < 4; seq++) {
    const bytes = chunkOf([0, 1].map((part) => ({ topic: '/wire/rx', sequence: 2 * seq + part, data: { socket: 0, text: 'x'.repeat(3_000_000) } })));
    const stored = await put(seq, bytes);
    assert.equal(stored.status, 201, await stored.text());
  }
  return { id, live: started.body.live_session.id, put };
}

/** An upload whose bytes never end. `ended`: its status, or 0 when it was cut, and when. */
function upload(id, headers) {
  const asked = request(`${server.origin}/api/recordings/${id}/chunks/9`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(Buffer.from('x')), 'content-length': 1_000_000 },
  });
  const dripping = setInterval(() => asked.write('x'), 500);
  const ended = once(asked, 'response').then(([response]) => ({ status: response.statusCode, at: Date.now() }), () => ({ status: 0, at: Date.now() }));
  asked.on('error', () => {});
  return { ended: ended.finally(() => {
    clearInterval(dripping);
    asked.destroy();
  }) };
}

/** A download by somebody who reads slowly. `rest()` reads what the server still sends; resolves with how much came of how much. */
async function download(id, headers) {
  const asked = request(`${server.origin}/api/recordings/${id}/recording.mcap`, { headers });
  asked.end();
  asked.on('error', () => {});
  const [answer] = await once(asked, 'response');
  assert.equal(answer.statusCode, 200);
  answer.on('error', () => {});
  let came = 0;
  const closed = new Promise((resolve) => answer.once('close', resolve));
  const slow = setInterval(() => (came += answer.read(32_768)?.length ?? 0), 200);
  return {
    async rest() {
      clearInterval(slow);
      answer.on('data', (bytes) => (came += bytes.length));
      await closed;
      return { came, whole: answer.complete };
    },
  };
}

/** Everything at once runs for `person`, who proves it by `headers`; `end` takes the right away. */
async function allEnd(person, headers, end) {
  const { id, live } = await talk(person);
  const stream = await follow(person, headers);
  const sending = upload(id, headers);
  const reading = await download(id, headers);
  await sleep(500);
  await end();
  const at = Date.now();
  const ended = await Promise.race([
    Promise.all([stream.closed, sending.ended]),
    sleep(WITHIN_MS + 3000).then(() => 'still open'),
  ]);
  assert.notEqual(ended, 'still open');
  assert.ok(ended[0] - at < WITHIN_MS, `the stream ended after ${ended[0] - at} ms`);
  assert.ok([0, 401, 403].includes(ended[1].status) && ended[1].at - at < WITHIN_MS, JSON.stringify(ended[1]));
  const mint = await fetch(`${server.origin}/api/live/sessions/${live}/token`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' });
  assert.equal(mint.status, 401);
  await sleep(Math.max(0, at + CUT_MS - Date.now()));
  const { came, whole } = await reading.rest();
  assert.ok(!whole && came < 20_000_000, `${came} bytes of the record came`);
}

test('a session that is ended in another browser', async () => {
  const [anna, other] = [await loggedIn('anna'), await loggedIn('anna')];
  const { session_id: id } = (await anna.ask('GET', '/api/me')).body;
  await allEnd(anna, sid(anna), async () => assert.equal((await other.ask('DELETE', `/api/auth/sessions/${id}`)).status, 204));
});

test('a user who is disabled, and one of their API tokens', async () => {
  const anna = await loggedIn('ben');
  const { id } = (await anna.ask('GET', '/api/me')).body;
  const made = (await anna.ask('POST', '/api/tokens', { name: 'script', scopes: ['read', 'write'] })).body;
  const byToken = { authorization: `Bearer ${made.token}` };
  const disable = async () => assert.equal((await boss.ask('PATCH', `/api/users/${id}`, { state: 'disabled' })).status, 200);
  await Promise.all([allEnd(anna, sid(anna), disable), allEnd(anna.copy(), byToken, disable)]);
  assert.equal((await boss.ask('PATCH', `/api/users/${id}`, { state: 'active' })).status, 200);
});

test('an API token that is removed', async () => {
  const anna = await loggedIn('cleo');
  const made = (await anna.ask('POST', '/api/tokens', { name: 'script', scopes: ['read', 'write'] })).body;
  await allEnd(anna, { authorization: `Bearer ${made.token}` }, async () => assert.equal((await anna.ask('DELETE', `/api/tokens/${made.id}`)).status, 204));
});

test('a role that is taken away ends what it allowed, also in the middle of a request; the session gets another secret each time', async () => {
  const anna = await loggedIn('dora');
  const { id } = (await anna.ask('GET', '/api/me')).body;
  const before = anna.cookies.get('__Host-sid');
  const thief = anna.copy();
  assert.equal((await anna.ask('GET', '/api/users')).status, 403);
  assert.equal((await boss.ask('PATCH', `/api/users/${id}`, { roles: ['admin'] })).status, 200);
  assert.equal((await anna.ask('GET', '/api/users')).status, 200);
  const asAdmin = anna.cookies.get('__Host-sid');
  assert.notEqual(asAdmin, before);
  assert.equal((await anna.ask('GET', '/api/me')).status, 200);
  await eventually(() => thief.copy().fetch('/api/me').then(({ status }) => status), (status) => status === 401);
  assert.equal((await anna.ask('GET', '/api/auth/sessions')).body.sessions.filter(({ current }) => current).length, 1, 'it is the same session');
  // An invitation whose body does not end while the role goes.
  const invite = request(`${server.origin}/api/invitations`, {
    method: 'POST', headers: { ...sid(anna), 'content-type': 'application/json', 'content-length': 100 },
  });
  const answered = once(invite, 'response').then(([response]) => response.statusCode, () => 0);
  invite.on('error', () => {});
  invite.write('{"email":"eva@');
  await sleep(300);
  assert.equal((await boss.ask('PATCH', `/api/users/${id}`, { roles: [] })).status, 200);
  const dripping = setInterval(() => invite.write(' '), 500);
  const outcome = await Promise.race([answered, sleep(WITHIN_MS + 1000).then(() => 'still open')]);
  clearInterval(dripping);
  invite.destroy();
  assert.ok([0, 401, 403].includes(outcome), `${outcome}`);
  await eventually(() => anna.ask('GET', '/api/users').then(({ status }) => status), (status) => status === 403);
  // The slow request has asked first, and its answer brought no cookie: the next look, a second later, offers it again.
  await eventually(() => anna.ask('GET', '/api/me').then(({ status }) => status === 200 && anna.cookies.get('__Host-sid')), (cookie) => cookie !== asAdmin);
  assert.equal((await anna.ask('GET', '/api/me')).status, 200);
});
