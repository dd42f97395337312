// What a person takes with them, and what is left when they go: the export and the erase of an account, with kills in the middle.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { tracesAnywhere } from '../faults/session.mjs';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { consent, digestOf, eventually, run, sha256, sleep, startServer, syntheticChunks } from '../harness/programs.mjs';
import { readZip } from '../harness/zip.mjs';

const hex = (bytes) => sha256(bytes).toString('hex');
const FRESH = 'urn:reprise:problem:fresh-login-needed';

let issuer;
let chunks;
let server;
let settings;
before(async () => {
  issuer = await Issuer.start();
  for (const name of ['root', 'anna', 'ben', 'carl', 'dora', 'emil']) issuer.addPerson(name);
  settings = { issuers: [{ id: 'dex', peer: issuer }], firstAdmin: { issuer: 'dex', email: 'root@example.test' } };
  [server, chunks] = await Promise.all([startLoginServer(settings), syntheticChunks(20)]);
});
after(async () => {
  await server.end();
  await issuer.stop();
});

async function loggedIn(as) {
  const person = server.person();
  assert.equal((await person.login({ as })).status, 303);
  return person;
}
/** The server is killed, and begins again; logins go on. */
async function killed() {
  const { dataDir, tokens, program, url } = server;
  await program.stop('SIGKILL');
  server = await startLoginServer({ ...settings, port: new URL(url).port, server: { dataDir, tokens } });
}

/** A chat with a recording that is ready to play; its name and a bookmark hold the word. */
async function recorded(person, word) {
  const chat = (await person.ask('POST', '/api/chats', { title: `Chat ${word}` })).body;
  const live = (await person.ask('POST', '/api/live/sessions', { chat_id: chat.id, record: true, consent })).body;
  const id = live.recording_id;
  for (const [seq, bytes] of chunks.entries()) {
    const put = await person.fetch(`/api/recordings/${id}/chunks/${seq}`, {
      method: 'PUT', headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(bytes) }, body: bytes,
    });
    assert.equal(put.status, 201, await put.text());
  }
  assert.equal((await person.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' })).status, 200);
  await eventually(() => person.ask('GET', `/api/recordings/${id}`), ({ body }) => body.media !== null && !body.refolding);
  await person.ask('PATCH', `/api/recordings/${id}`, { title: `Name ${word}` });
  await person.ask('POST', `/api/recordings/${id}/bookmarks`, { at_ms: 500, note: `Note ${word}` });
  return { chat: chat.id, live: live.live_session.id, recording: id };
}
const exportsOf = async (person) => (await person.ask('GET', '/api/account/exports')).body.exports;
const ready = (person, id) =>
  eventually(async () => (await exportsOf(person)).find((one) => one.id === id), (one) => one?.state === 'ready', 60_000);
async function exported(person) {
  const begun = await person.ask('POST', '/api/account/exports', {});
  assert.equal(begun.status, 202, begun.text);
  return ready(person, begun.body.id);
}
const fileOf = (person, { id }, headers = {}) => person.fetch(`/api/account/exports/${id}/file`, { headers });
const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());
const linesOf = (files, name) => files.get(name).toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** What `reprise verify export` says of these bytes. */
async function verified(zip) {
  const file = join(server.dataDir, 'export-for-test.zip');
  writeFileSync(file, zip);
  return run('reprise', ['verify', 'export', file]);
}

test('an export holds everything of one person, and nothing of another', async () => {
  const [anna, ben] = [await loggedIn('anna'), await loggedIn('ben')];
  const [hers, his] = [await recorded(anna, 'Kolibri'), await recorded(ben, 'Quastenflosser')];
  const token = (await anna.ask('POST', '/api/tokens', { name: 'Backup Kolibri', scopes: ['read'] })).body;
  await anna.ask('GET', `/api/recordings/${hers.recording}/media`);
  const made = await exported(anna);
  const response = await fileOf(anna, made);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/zip');
  assert.match(response.headers.get('content-disposition'), /^attachment; filename="reprise-export-\d{4}-\d\d-\d\d\.zip"$/);
  const zip = await bytesOf(response);
  assert.deepEqual([zip.length, hex(zip)], [made.bytes, made.sha256]);
  const part = await fileOf(anna, made, { range: 'bytes=10-99', 'if-range': response.headers.get('etag') });
  assert.deepEqual([part.status, (await bytesOf(part)).equals(zip.subarray(10, 100))], [206, true]);

  const files = readZip(zip);
  const manifest = JSON.parse(files.get('manifest.json'));
  assert.equal([...files.keys()].at(-1), 'manifest.json');
  assert.deepEqual([manifest.format, manifest.version, manifest.export_id, manifest.left_out], ['reprise-account-export', 1, made.id, []]);
  assert.deepEqual(
    manifest.files,
    [...files].slice(0, -1).map(([path, content]) => ({ path, bytes: content.length, sha256: hex(content) })),
  );
  assert.equal(JSON.parse(files.get('account.json')).user.email, 'anna@example.test');
  assert.deepEqual(linesOf(files, 'chats.jsonl').map(({ id, title }) => [id, title]), [[hers.chat, 'Chat Kolibri']]);
  assert.deepEqual(linesOf(files, 'messages.jsonl').map((one) => one.live_session_id), [hers.live]);
  assert.deepEqual(linesOf(files, 'live_sessions.jsonl').map((one) => one.recording_id), [hers.recording]);
  assert.deepEqual(linesOf(files, 'consents.jsonl').map((one) => one.text_sha256), [consent.text_sha256]);
  assert.deepEqual(linesOf(files, 'bookmarks.jsonl').map(({ note }) => note), ['Note Kolibri']);
  assert.deepEqual(linesOf(files, 'api_tokens.jsonl').map(({ id, name }) => [id, name]), [[token.id, 'Backup Kolibri']]);
  assert.equal(linesOf(files, 'sessions.jsonl').length, 1);
  assert.ok(linesOf(files, 'audit.jsonl').some(({ event, object }) => event === 'recording_viewed' && object.id === hers.recording));
  const folder = `recordings/${hers.recording}`;
  assert.deepEqual(JSON.parse(files.get(`${folder}/recording.json`)).chunks.map((one) => one.sha256), chunks.map(hex));
  const mcap = await bytesOf(await anna.fetch(`/api/recordings/${hers.recording}/recording.mcap`));
  assert.ok(files.get(`${folder}/recording.mcap`).equals(mcap), 'the same recording as its download');
  const media = await bytesOf(await anna.fetch(`/api/recordings/${hers.recording}/media`));
  assert.ok(files.get(`${folder}/view/media.webm`).equals(media), 'the same film');
  assert.ok(files.get(`${folder}/view/captions.vtt`).toString().startsWith('WEBVTT'));

  const all = [...files].map(([name, content]) => name + content.toString('latin1')).join('\n');
  const cookies = [...anna.cookies.values(), ...ben.cookies.values()];
  for (const foreign of [...Object.values(his), 'Quastenflosser', 'ben@example.test', token.token, ...cookies]) {
    assert.ok(!all.includes(foreign), `it holds ${foreign}`);
  }
  const good = await verified(zip);
  assert.equal(good.code, 0, good.stdout);
  assert.match(good.stdout, /^whole: \d+ files/);
  const bad = Buffer.from(zip);
  bad[zip.indexOf(media.subarray(1000, 1100)) + 50] ^= 1;
  assert.equal((await verified(bad)).code, 1);
  assert.equal((await verified(zip.subarray(0, zip.length - 100))).code, 1);

  // What another user may do with it: nothing.
  for (const [method, path] of [['GET', `/api/account/exports/${made.id}/file`], ['DELETE', `/api/account/exports/${made.id}`]]) {
    assert.equal((await ben.ask(method, path)).status, 404, path);
  }
  // It goes with what it holds.
  assert.ok([202, 204].includes((await anna.ask('DELETE', `/api/recordings/${hers.recording}`)).status));
  assert.deepEqual(await exportsOf(anna), []);
  assert.equal((await fileOf(anna, made)).status, 404);
  const later = await exported(anna);
  assert.ok(![...readZip(await bytesOf(await fileOf(anna, later))).keys()].some((name) => name.startsWith('recordings/')));
  assert.equal((await anna.ask('DELETE', `/api/account/exports/${later.id}`)).status, 204);
});

test('an old login is not enough, and a new one is', async () => {
  issuer.addPerson('carl', { auth_time: Math.floor(Date.now() / 1000) - 11 * 60 });
  const carl = await loggedIn('carl');
  const { fresh_login_until } = (await carl.ask('GET', '/api/me')).body;
  assert.ok(Date.parse(fresh_login_until) < Date.now());
  for (const [method, path] of [['POST', '/api/account/exports'], ['DELETE', '/api/account']]) {
    const refused = await carl.ask(method, path, method === 'POST' ? {} : undefined);
    assert.deepEqual([refused.status, refused.body.type], [403, FRESH], path);
  }
  assert.deepEqual(await exportsOf(carl), []);
  const again = await carl.fetch('/api/auth/dex/login?prompt=login&return=/settings');
  assert.equal(new URL(again.headers.get('location')).searchParams.get('prompt'), 'login', 'an issuer that knows him asks again');
  issuer.addPerson('carl');
  await carl.login({ as: 'carl' });
  const made = await exported(carl);
  assert.equal((await fileOf(carl, made)).status, 200);
  issuer.addPerson('carl', { auth_time: Math.floor(Date.now() / 1000) - 11 * 60 });
  await carl.login({ as: 'carl' });
  assert.equal((await (await fileOf(carl, made)).json()).type, FRESH);
  issuer.addPerson('carl');
});

test('the last admin stays, and says what to do', async () => {
  const root = await loggedIn('root');
  const refused = await root.ask('DELETE', '/api/account');
  assert.deepEqual([refused.status, refused.body.type], [409, 'urn:reprise:problem:last-admin']);
  assert.match(refused.body.detail, /somebody else an admin/);
  assert.equal((await root.ask('GET', '/api/me')).status, 200, 'nothing has happened');
});

test('nothing of an account that an admin holds is deleted, not only its recordings', async () => {
  const [root, emil] = [await loggedIn('root'), await loggedIn('emil')];
  const { id } = (await emil.ask('GET', '/api/me')).body;
  assert.equal((await root.ask('PATCH', `/api/users/${id}`, { roles: ['participant', 'researcher'] })).status, 200);
  const { chat, recording } = await recorded(emil, 'Zilpzalp');
  const words = (await emil.ask('POST', '/api/chats', { title: 'Words only' })).body.id;
  const sent = (await emil.ask('POST', `/api/chats/${words}/messages`, { client_id: 'one', text: 'Kept' })).body;
  const task = (await emil.ask('POST', '/api/tasks', { title: 'Kept' })).body.id;
  const study = (await emil.ask('POST', '/api/studies', { task_id: task, title: 'Kept', consent_text: 'c', conditions: [{ name: 'A' }] })).body.id;
  const [mark] = (await emil.ask('GET', `/api/recordings/${recording}/bookmarks`)).body.bookmarks;
  const things = [
    `/api/recordings/${recording}/bookmarks/${mark.id}`, `/api/chats/${words}/messages/${sent.message.id}`, `/api/studies/${study}`, `/api/tasks/${task}`,
    `/api/chats/${words}`, `/api/chats/${chat}`,
  ];
  assert.equal((await root.ask('PATCH', `/api/users/${id}`, { held: true })).status, 200);
  for (const path of [...things, '/api/account']) {
    const refused = await emil.ask('DELETE', path);
    assert.deepEqual([refused.status, refused.body?.type], [409, 'urn:reprise:problem:legal-hold'], path);
  }
  assert.equal((await emil.ask('DELETE', `/api/chats/${task}`)).status, 404, 'what is not there is not held');
  assert.equal((await root.ask('PATCH', `/api/users/${id}`, { held: false })).status, 200);
  for (const path of things) assert.ok([202, 204].includes((await emil.ask('DELETE', path)).status), path);
});

test('an export and an erase come to their end although the server is killed in the middle', { timeout: 240_000 }, async () => {
  const [dora, ben] = [await loggedIn('dora'), await loggedIn('ben')];
  const me = (await dora.ask('GET', '/api/me')).body;
  const things = [];
  for (let i = 0; i < 3; i += 1) things.push(await recorded(dora, 'Pfirsichbluete'));
  const token = (await dora.ask('POST', '/api/tokens', { name: 'Pfirsichbluete', scopes: ['read', 'write'] })).body;
  const bens = (await ben.ask('GET', '/api/recordings')).body.recordings.map(({ id }) => id);
  let made;
  for (const wait of [0, 30, 120]) {
    const begun = await dora.ask('POST', '/api/account/exports', {});
    assert.equal(begun.status, 202, begun.text);
    await sleep(wait);
    await killed();
    made = await ready(dora, begun.body.id);
    const zip = await bytesOf(await fileOf(dora, made));
    assert.equal(hex(zip), made.sha256);
    const { code, stdout } = await verified(zip);
    assert.equal(code, 0, stdout);
    if (wait < 100) assert.equal((await dora.ask('DELETE', `/api/account/exports/${made.id}`)).status, 204);
  }

  const other = dora.copy();
  const gone = await dora.ask('DELETE', '/api/account');
  assert.deepEqual([gone.status, gone.body], [202, { state: 'erasing' }]);
  assert.equal(dora.cookies.has('__Host-sid'), false);
  assert.equal((await other.ask('GET', '/api/me')).status, 401, 'also in another tab');
  const byToken = await fetch(`${server.origin}/api/chats`, { headers: { authorization: `Bearer ${token.token}` } });
  assert.equal(byToken.status, 401);
  for (const wait of [0, 40, 150, 400]) {
    await sleep(wait);
    await killed();
  }
  const root = await loggedIn('root');
  const users = async () => (await root.ask('GET', '/api/users?limit=200')).body.users.map(({ id }) => id);
  await eventually(users, (ids) => !ids.includes(me.id), 60_000);
  const jobs = () => run('reprise', ['jobs', '--data-dir', server.dataDir]);
  await eventually(jobs, ({ stdout }) => !/erase|export/.test(stdout), 60_000);

  assert.deepEqual((await ben.ask('GET', '/api/recordings')).body.recordings.map(({ id }) => id), bens, 'nothing of others is gone');
  const again = await loggedIn('dora');
  const now = (await again.ask('GET', '/api/me')).body;
  assert.notEqual(now.id, me.id, 'who comes back is new');
  for (const path of ['/api/chats', '/api/recordings', '/api/tokens', '/api/account/exports', '/api/search?q=Pfirsichbluete']) {
    const [list] = Object.values((await again.ask('GET', path)).body);
    assert.deepEqual(list, [], path);
  }
  // A journal that comes later brings nothing back: it belongs to nobody any more.
  const late = await again.fetch(`/api/recordings/${things[0].recording}/chunks/0`, {
    method: 'PUT', headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(chunks[0]) }, body: chunks[0],
  });
  assert.equal(late.status, 404);
  const entries = (await root.ask('GET', `/api/audit?actor=${me.id}&limit=200`)).body.entries;
  assert.ok(entries.some(({ event, object }) => event === 'account_erased' && object.id === me.id), 'the log keeps ids');
  assert.ok(!JSON.stringify(entries).includes('Pfirsichbluete'));
  assert.equal((await run('reprise', ['audit', 'verify', '--data-dir', server.dataDir])).code, 0);
  assert.deepEqual(await tracesAnywhere(server.dataDir, ['Pfirsichbluete', ...things.map(({ chat }) => chat)]), [], 'no file and no row holds anything of it');
  const folders = (name) => (existsSync(join(server.dataDir, name)) ? readdirSync(join(server.dataDir, name)) : []);
  assert.ok(!folders('objects/exports').includes(me.id));
  for (const { recording } of things) {
    for (const name of ['objects/recordings', 'views']) assert.ok(!folders(name).includes(recording), `${name}/${recording}`);
  }
});

test('without a login, erasing the account empties it', async () => {
  const local = await startServer();
  try {
    const chat = (await local.ask('POST', '/api/chats', { title: 'Mine' })).body;
    assert.equal((await local.ask('GET', '/api/me')).body.fresh_login_until, null);
    assert.equal((await local.ask('DELETE', '/api/account')).status, 202);
    await eventually(() => local.ask('GET', `/api/chats/${chat.id}`), ({ status }) => status === 404);
    assert.equal((await local.ask('GET', '/api/me')).status, 200);
    assert.equal((await local.ask('POST', '/api/chats', { title: 'Next' })).status, 201);
  } finally {
    await local.stop();
  }
});
