// Sharing: the owner, somebody with whom it is shared by their address, a stranger, and somebody without a login who has a link.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { consent, digestOf, eventually, rowsOf, run, sha256, syntheticChunks } from '../harness/programs.mjs';

const absent = '01936200-0000-7000-8000-00000000ffff';
let issuer;
let server;
let anna;
let ben;
let cleo;
let admin;
let chat;
let recording;
let other;
/** What must be nowhere on the disk and in no log. */
const secrets = [];

/** A finished recording of Anna's. */
async function record(chatId, chunks) {
  const live = await anna.ask('POST', '/api/live/sessions', { chat_id: chatId, record: true, consent });
  assert.equal(live.status, 201, live.text);
  const id = live.body.recording_id;
  for (const [seq, bytes] of chunks.entries()) {
    const put = await anna.fetch(`/api/recordings/${id}/chunks/${seq}`, {
      method: 'PUT', headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(bytes) }, body: bytes,
    });
    assert.equal(put.status, 201, await put.text());
  }
  await anna.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  await eventually(() => anna.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null);
  return id;
}
const status = async (person, path, init) => {
  const response = await person.fetch(path, init);
  await response.arrayBuffer();
  return response.status;
};
const share = async (path, wish) => {
  const made = await anna.ask('POST', `${path}/shares`, wish);
  assert.equal(made.status, 201, made.text);
  if (made.body.secret) secrets.push(made.body.secret);
  return made.body;
};
/** Somebody who has opened a link; without a login unless one is given. */
async function visitor(secret, person = server.person()) {
  const opened = await person.ask('POST', '/api/share-links/open', { secret });
  const cookie = person.cookies.get('__Host-visit');
  if (cookie) secrets.push(cookie);
  return { person, opened };
}
const of = (id) => `/api/recordings/${id}`;
/** What the player of a recording asks for. */
const shown = (id) => [of(id), `${of(id)}/media`, `${of(id)}/waveform`, `${of(id)}/captions.vtt`, `${of(id)}/events`, `${of(id)}/thumbnail`, `${of(id)}/strip`];
/** What stays with the owner, each with a body where it has one. */
const kept = (id) => [
  ['GET', `${of(id)}/media?download=1`], ['GET', `${of(id)}/recording.mcap`], ['GET', `${of(id)}/chunks`], ['GET', `${of(id)}/bookmarks`],
  ['POST', `${of(id)}/bookmarks`, { at_ms: 0, note: '' }], ['PATCH', of(id), { title: 'Taken' }], ['DELETE', of(id)], ['GET', `${of(id)}/shares`],
  ['POST', `${of(id)}/shares`, { kind: 'link' }], ['GET', `${of(id)}/views`],
];

before(async () => {
  issuer = await Issuer.start();
  for (const name of ['anna', 'ben', 'cleo', 'root']) issuer.addPerson(name);
  const [started, chunks] = await Promise.all([
    startLoginServer({ issuers: [{ id: 'dex', peer: issuer }], firstAdmin: { issuer: 'dex', email: 'root@example.test' }, server: { args: ['--sharing', 'links'] } }),
    syntheticChunks(20),
  ]);
  server = started;
  [anna, ben, cleo, admin] = [server.person(), server.person(), server.person(), server.person()];
  await admin.login({ as: 'root' });
  for (const [name, person] of Object.entries({ anna, ben, cleo })) await person.login({ as: name });
  chat = (await anna.ask('POST', '/api/chats', { title: 'Annas secret title' })).body.id;
  [recording, other] = [await record(chat, chunks), await record(chat, chunks)];
});
after(async () => {
  await server.end();
  await issuer.stop();
});

test('nobody else sees anything before it is shared, and about says what may be shared', async () => {
  for (const path of shown(recording)) {
    assert.equal(await status(ben, path), 404, path);
    assert.equal(await status(server.person(), path), 401, path);
  }
  assert.equal((await anna.ask('GET', '/api/about')).body.sharing, 'links');
});

test('a person with whom it is shared sees what the player shows, and nothing else', async () => {
  const made = await share(of(recording), { kind: 'user', email: 'ben@example.test' });
  for (const path of shown(recording)) {
    assert.equal(await status(ben, path), 200, path);
    assert.equal(await status(cleo, path), 404, path);
    assert.equal(await status(admin, path), 404, path);
  }
  assert.equal(await status(ben, `${of(recording)}/media`, { headers: { range: 'bytes=0-9' } }), 206);
  for (const [method, path, body] of kept(recording)) {
    assert.equal((await ben.ask(method, path, body)).status, 404, `${method} ${path}`);
  }
  assert.equal(await status(ben, of(other)), 404, 'another recording of the same chat');
  assert.equal(await status(ben, `/api/chats/${chat}`), 404);
  const { text, body } = await ben.ask('GET', of(recording));
  for (const hidden of ['Annas secret title', chat]) assert.ok(!text.includes(hidden), hidden);
  assert.deepEqual([body.recording.chat_id, body.recording.live_session_id, body.mcap_url], [null, null, null]);
  assert.deepEqual(body.shared, { from: 'anna', may_download: false });
  assert.equal((await anna.ask('GET', of(recording))).body.shared, null);
  const list = (await ben.ask('GET', '/api/shared')).body.shared;
  assert.deepEqual(list.map((one) => [one.recording.id, one.from, one.share_id]), [[recording, 'anna', made.id]]);
  for (const path of ['/api/recordings', '/api/chats', '/api/search?q=the']) {
    assert.ok(!(await ben.ask('GET', path)).text.includes(recording), path);
  }
  const [listed] = (await anna.ask('GET', `${of(recording)}/shares`)).body.shares;
  assert.deepEqual([listed.email, listed.opened], ['ben@example.test', 1]);
});

test('what is taken back is gone with the next request, and looks like what never was', async () => {
  const [{ id }] = (await anna.ask('GET', `${of(recording)}/shares`)).body.shares;
  assert.equal((await ben.ask('DELETE', `/api/shares/${id}`)).status, 404);
  assert.equal((await anna.ask('DELETE', `/api/shares/${id}`)).status, 204);
  const told = async (path) => {
    const answer = await ben.ask('GET', path);
    return [answer.status, answer.text.replace(/"request_id":"[^"]*"/, '')];
  };
  for (const path of shown(recording)) assert.deepEqual(await told(path), await told(path.replace(recording, absent)), path);
  assert.equal(await status(ben, `${of(recording)}/media`, { headers: { range: 'bytes=0-9' } }), 404);
  assert.deepEqual((await ben.ask('GET', '/api/shared')).body.shared, []);
});

test('known and unknown addresses get the same answer; who comes later finds what is shared', async () => {
  issuer.addPerson('dora');
  const [known, unknown] = [
    await share(of(recording), { kind: 'user', email: 'cleo@example.test' }), await share(of(recording), { kind: 'user', email: 'DORA@example.test' }),
  ];
  const shape = ({ id, email, created_at, ...rest }) => rest;
  assert.deepEqual(shape(known), shape(unknown));
  const dora = server.person();
  await dora.login({ as: 'dora' });
  assert.equal(await status(dora, of(recording)), 200);
  for (const { id } of [known, unknown]) await anna.ask('DELETE', `/api/shares/${id}`);
});

test('a link without a login shows one recording, until it is taken back', async () => {
  const made = await share(of(recording), { kind: 'link', start_ms: 1500 });
  assert.equal(made.secret.length, 43);
  const { person, opened } = await visitor(made.secret);
  assert.deepEqual([opened.status, opened.body.recording_id, opened.body.start_ms, opened.body.login_needed], [200, recording, 1500, false]);
  for (const path of shown(recording)) assert.equal(await status(person, path), 200, path);
  assert.equal((await person.ask('GET', of(recording))).body.shared.from, null, 'no name for people without a login');
  assert.equal(await status(person, of(other)), 404);
  assert.equal(await status(person, `/api/chats/${chat}`), 404);
  for (const path of ['/api/chats', '/api/recordings', '/api/me', '/api/shared', '/api/search?q=the', `${of(recording)}/shares`, `${of(recording)}/recording.mcap`]) {
    assert.equal(await status(person, path), 401, path);
  }
  assert.equal((await person.ask('DELETE', of(recording))).status, 401);
  assert.deepEqual(Object.keys((await person.ask('GET', '/api/about')).body), ['name', 'version']);
  const stranger = server.person();
  stranger.cookies.set('__Host-visit', made.secret);
  assert.equal(await status(stranger, of(recording)), 401, 'the secret is no cookie');
  assert.equal((await stranger.ask('POST', '/api/share-links/open', { secret: 'x'.repeat(43) })).status, 404);
  assert.equal((await anna.ask('DELETE', `/api/shares/${made.id}`)).status, 204);
  for (const path of shown(recording)) assert.equal(await status(person, path), 404, path);
  assert.equal((await person.ask('GET', `/api/share-links/${made.id}`)).status, 404);
  assert.equal((await visitor(made.secret)).opened.status, 404);
});

test('a link for people who log in, with the film as a file', async () => {
  const made = await share(of(recording), { kind: 'link', needs_login: true, may_download: true });
  const { person, opened } = await visitor(made.secret);
  assert.deepEqual([opened.body.login_needed, opened.body.recording_id], [true, null]);
  assert.equal(await status(person, of(recording)), 404);
  await person.login({ as: 'cleo' });
  assert.equal((await person.ask('GET', `/api/share-links/${made.id}`)).body.recording_id, recording);
  const film = await person.fetch(`${of(recording)}/media?download=1`);
  assert.equal(film.status, 200);
  assert.ok(!film.headers.get('content-disposition').includes('Annas'));
  await film.arrayBuffer();
  assert.equal(await status(person, `${of(recording)}/recording.mcap`), 404);
});

test('a chat stands for its recordings', async () => {
  const made = await share(`/api/chats/${chat}`, { kind: 'user', email: 'ben@example.test' });
  for (const path of [`/api/chats/${chat}`, `/api/chats/${chat}/messages`, of(recording), of(other)]) assert.equal(await status(ben, path), 200, path);
  for (const [method, path, body] of [['PATCH', `/api/chats/${chat}`, { title: 'Taken' }], ['DELETE', `/api/chats/${chat}`], ['POST', '/api/live/sessions', { chat_id: chat, record: false }]]) {
    assert.equal((await ben.ask(method, path, body)).status, 404, `${method} ${path}`);
  }
  // The page that opens the address of a chat leads to the one where one can only look.
  const how = async (person) => (await person.ask('GET', `/api/chats/${chat}`)).body;
  assert.deepEqual((await how(ben)).shared, { from: 'anna', may_download: false });
  assert.equal((await how(anna)).shared, null);
  assert.equal((await anna.ask('PATCH', `/api/chats/${chat}`, { model: 'gemini-2.5-flash' })).body.model, 'gemini-2.5-flash');
  assert.deepEqual([(await how(ben)).model, (await how(ben)).provider], [null, null], 'who answers is the matter of the owner');
  assert.equal((await anna.ask('DELETE', `/api/shares/${made.id}`)).status, 204);
  assert.equal(await status(ben, of(other)), 404);
});

test('sharing needs a fresh login of a person', async () => {
  const token = (await anna.ask('POST', '/api/tokens', { name: 'script', scopes: ['read', 'write'] })).body.token;
  const answer = await fetch(`${server.origin}${of(recording)}/shares`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: '{"kind":"link"}',
  });
  assert.equal(answer.status, 403);
});

test('the owner sees who watched; the audit log knows it without secrets and addresses', async () => {
  const { views } = (await anna.ask('GET', `${of(recording)}/views`)).body;
  const told = new Set(views.map(({ what, name, share_id }) => `${what} by ${name ?? (share_id ? 'link' : 'nobody')}`));
  for (const one of ['viewed by ben', 'viewed by link', 'downloaded by cleo']) assert.ok(told.has(one), `${one} in ${[...told]}`);
  assert.ok(!told.has('viewed by anna'));
  const { entries } = (await admin.ask('GET', `/api/audit?object=${recording}&limit=200`)).body;
  const events = new Set(entries.map(({ event }) => event));
  for (const event of ['share_made', 'share_opened', 'share_revoked', 'recording_viewed']) assert.ok(events.has(event), event);
  for (const { detail, actor } of entries) assert.ok(!`${detail}${actor}`.includes('@'));
});

/** The hash of an entry, from its text alone: docs/formats/audit-log.md, The chain. */
function chained(before, { seq, id, at_ns: at, actor, event, object, request_id: request, address, detail }) {
  const number = (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  };
  const text = (value) => [number(Buffer.byteLength(value)), Buffer.from(value)];
  const texts = [actor ?? '', event, object.kind, object.id, request, address, detail].flatMap(text);
  return sha256(Buffer.concat([...text(before), number(seq), ...text(id), number(at), ...texts])).toString('hex');
}

test('anybody who has the entries can follow the chain of the audit log', async () => {
  const all = async () => {
    const entries = [];
    for (let cursor = ''; ;) {
      const { body } = await admin.ask('GET', `/api/audit?limit=50${cursor}`);
      entries.push(...body.entries);
      if (body.next_cursor === null) return entries;
      cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`;
    }
  };
  const entries = (await eventually(all, (found) => found.every(({ seq }) => seq !== null))).sort((a, b) => a.seq - b.seq);
  assert.ok(entries.length > 20, `${entries.length}`);
  let hash = '0'.repeat(64);
  for (const [index, entry] of entries.entries()) {
    assert.equal(entry.seq, index + 1);
    assert.equal(new Date(Number(BigInt(entry.at_ns) / 1_000_000n)).toISOString(), entry.at);
    hash = chained(hash, entry);
    assert.equal(entry.hash, hash, `entry ${entry.seq}`);
  }
  const place = `${entries.length}:${hash}`;
  const dir = ['--data-dir', server.dataDir];
  for (const args of [['--known', place, ...dir], [...dir, '--known', place], [`--known=${place}`, ...dir]]) {
    const { stdout, code } = await run('reprise', ['audit', 'verify', ...args]);
    assert.equal(code, 0, `${args} ${stdout}`);
  }
  const another = await run('reprise', ['audit', 'verify', ...dir, '--known', `${entries.length}:${'0'.repeat(64)}`]);
  assert.equal(another.code, 1, another.stdout + another.stderr);
});

test('an erased recording is gone for everybody with whom it was shared', async () => {
  const made = await share(of(other), { kind: 'link' });
  const { person } = await visitor(made.secret);
  await share(of(other), { kind: 'user', email: 'ben@example.test' });
  assert.equal(await status(person, of(other)), 200);
  assert.ok([202, 204].includes((await anna.ask('DELETE', of(other))).status));
  for (const who of [person, ben]) {
    for (const path of shown(other)) assert.equal(await status(who, path), 404, path);
  }
  assert.equal((await person.ask('GET', `/api/share-links/${made.id}`)).status, 404);
});

test('no secret lies on the disk or in a log', async () => {
  assert.ok(secrets.length >= 6);
  const files = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]);
  const texts = files(server.dataDir).filter((path) => statSync(path).isFile()).map((path) => [path, readFileSync(path).toString('latin1')]);
  const rows = await rowsOf(server.dataDir);
  assert.ok(texts.some(([path]) => path.endsWith('reprise.db')) || rows.includes('COPY public.share '), 'or this test proves nothing');
  for (const [where, text] of [...texts, ['a row', rows ?? ''], ['the log', server.program.log]]) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `a secret is in ${where}`);
  }
  const audit = (await admin.ask('GET', '/api/audit?limit=200')).text;
  for (const secret of secrets) assert.ok(!audit.includes(secret));
});
