// Two users: what belongs to one is for the other one as if it did not exist. Every operation of api/openapi.yaml is tried with ids of
// the first user as the second, and with ids that nobody has: status, headers and body must be the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { operations, pathOf } from '../harness/operations.mjs';
import { consent, digestOf, eventually, sleep, startServer, syntheticChunks } from '../harness/programs.mjs';

const SECRET = 'Kolibri Quastenflosser';   // occurs in nothing but what the first user wrote
const absent = '01936200-0000-7000-8000-00000000ffff';

let issuer;
let server;
let chunks;
let anna;
let ben;
let admin;
/** Ids by the names of the path's parameters. */
let annas;
let bens;

/** Everything that a person can own. `between` is awaited after each part of the work. */
async function fill(person, title, between = async () => {}) {
  const json = async (method, path, body, status) => {
    const answer = await person.ask(method, path, body);
    assert.equal(answer.status, status, `${method} ${path} ${answer.text}`);
    return answer.body;
  };
  const chat = await json('POST', '/api/chats', { title }, 201);
  const { message, answer } = await json('POST', `/api/chats/${chat.id}/messages`, { client_id: title, text: title }, 201);
  await (await person.fetch(`/api/chats/${chat.id}/messages/${answer.id}/stream`)).text();   // until it has ended
  await between();
  const live = await json('POST', '/api/live/sessions', { chat_id: chat.id, record: true, consent }, 201);
  const recording_id = live.recording_id;
  for (const [seq, bytes] of chunks.entries()) {
    const put = await person.fetch(`/api/recordings/${recording_id}/chunks/${seq}`, {
      method: 'PUT', headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(bytes) }, body: bytes,
    });
    assert.equal(put.status, 201, await put.text());
  }
  await between();
  await json('POST', `/api/recordings/${recording_id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' }, 200);
  await eventually(() => person.ask('GET', `/api/recordings/${recording_id}`), ({ body }) => body.media !== null);
  await json('PATCH', `/api/recordings/${recording_id}`, { title }, 200);
  await between();
  const bookmark = await json('POST', `/api/recordings/${recording_id}/bookmarks`, { at_ms: 1000, note: title }, 201);
  const task = await json('POST', '/api/tasks', { title, chat_id: chat.id, steps: [{ text: title }] }, 201);
  const study = await json('POST', '/api/studies', { task_id: task.id, title, consent_text: title, conditions: [{ name: title }] }, 201);
  await json('POST', `/api/studies/${study.id}/participants`, { count: 1 }, 201);
  const [invitee] = (await json('GET', `/api/studies/${study.id}/participants`, undefined, 200)).participants;
  const [session] = (await json('GET', '/api/auth/sessions', undefined, 200)).sessions.filter(({ current }) => current);
  const invited = await admin.ask('POST', '/api/invitations', { email: `guest-of-${chat.id}@example.test`, roles: ['participant'] });
  assert.equal(invited.status, 201, invited.text);
  const shared = await json('POST', `/api/recordings/${recording_id}/shares`, { kind: 'link' }, 201);
  const form = new FormData();
  form.append('file', new Blob([title]), 'of mine.txt');
  const file = await person.fetch('/api/uploads', { method: 'POST', body: form, headers: { 'x-reprise': '1' } });
  assert.equal(file.status, 201);
  const token = await json('POST', '/api/tokens', { name: title, scopes: ['read', 'write'] }, 201);
  return {
    chat_id: chat.id, message_id: message.id, live_session_id: live.live_session.id, recording_id, bookmark_id: bookmark.id, seq: 0,
    session_id: session.id, token_id: token.id, token: token.token, user_id: (await json('GET', '/api/me', undefined, 200)).id,
    invitation_id: invited.body.id, share_id: shared.id, task_id: task.id, study_id: study.id, participant_id: invitee.id, upload_id: (await file.json()).id, export_id: (await json('POST', '/api/account/exports', {}, 202)).id,
  };
}

before(async () => {
  issuer = await Issuer.start();
  for (const name of ['anna', 'ben']) issuer.addPerson(name, { groups: ['staff'] });   // who may make studies
  issuer.addPerson('root');
  const settings = { issuers: [{ id: 'dex', peer: issuer, roles_claim: 'groups', roles: { researcher: ['staff'] } }], firstAdmin: { issuer: 'dex', email: 'root@example.test' }, server: { args: ['--sharing', 'links'] } };
  [server, chunks] = await Promise.all([startLoginServer(settings), syntheticChunks(20)]);
  [anna, ben, admin] = [server.person(), server.person(), server.person()];
  await admin.login({ as: 'root' });
  await anna.login({ as: 'anna' });
  await ben.login({ as: 'ben' });
});
after(async () => {
  await server.end();
  await issuer.stop();
});

/** What an answer says, without what is new in each; ids that were asked for are made equal. */
async function told(response, values) {
  let text = await response.text();
  for (const [name, value] of Object.entries(values)) if (String(value).length > 8) text = text.replaceAll(value, `{${name}}`);
  const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status: response.status, headers: Object.fromEntries(headers), text: text.replace(/"request_id":"[^"]*"/, '') };
}

/** The names of path parameters in the description, and what they are called in `annas`. */
const sameName = (operation) => (name) => (name === 'id' ? (operation.path.includes('/tokens/') ? 'token_id' : 'session_id') : name);
const valuesFor = (operation, ids) => Object.fromEntries(operation.names.map((name) => [name, ids[sameName(operation)(name)]]));
const nobodys = (ids) => ({ ...Object.fromEntries(Object.keys(ids).map((name) => [name, absent])), seq: 0 });

const ask = (person, operation, values, { json = operation.json } = {}) => {
  const chunk = operation.id === 'putChunk';
  const headers = chunk ? { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(chunks[0]) } : { 'content-type': 'application/json' };
  const body = chunk ? chunks[0] : operation.method === 'GET' || json === undefined ? undefined : JSON.stringify(json);
  return person.fetch(pathOf(operation, values), { method: operation.method, headers, body });
};

/** Everything of hers that can be read, to see whether anything changed. */
async function allOf(person, ids) {
  const of = operations.filter(({ method, id, path }) => method === 'GET' && !/openapi|about|auth\/\{|login|callback|sessions|tokens|audit|users|exports?|answerers|context|\/archive|analytics\/(stream|health|report)/i.test(path) && id !== 'search');
  const all = {};
  for (const operation of of) {
    const response = await ask(person, operation, valuesFor(operation, ids));
    all[operation.id] = [response.status, Buffer.from(await response.arrayBuffer()).toString('latin1').replace(/"(last_used_at|free_bytes|request_id)":"?[^,"}]*"?/g, '')];
  }
  return all;
}

test('nothing is there for the second user before and after the first one has everything', async () => {
  const view = async () => {
    const all = {};
    for (const path of ['/api/chats', '/api/recordings', '/api/recordings?sort=longest', `/api/search?q=${encodeURIComponent(SECRET)}`, '/api/search?q=the', '/api/about', '/api/tokens', '/api/me', '/api/tasks', '/api/studies', '/api/analytics/stats', '/api/analytics/sessions']) {
      all[path] = (await ben.ask('GET', path)).text.replace(/"free_bytes":\d+/, '');
    }
    return all;
  };
  const empty = await view();
  annas = await fill(anna, SECRET);
  assert.deepEqual(await view(), empty);
  assert.ok((await anna.ask('GET', `/api/search?q=${encodeURIComponent(SECRET)}`)).body.hits.length > 0, 'she finds it herself');
  bens = await fill(ben, 'Of Ben');
});

const KNOWN_NAMES = ['chat_id', 'message_id', 'live_session_id', 'recording_id', 'bookmark_id', 'seq', 'session_id', 'token_id', 'user_id', 'invitation_id', 'share_id', 'export_id', 'task_id', 'study_id', 'participant_id', 'upload_id', 'id', 'issuer'];
const forAdmins = ({ path }) => /^\/api\/(users|invitations)/.test(path);
const withIds = operations.filter(({ names }) => names.some((name) => name !== 'issuer'));
test('ids of the first user are for the second one what ids of nobody are, in every operation', async () => {
  for (const operation of withIds) {
    for (const name of operation.names) assert.ok(KNOWN_NAMES.includes(name), `${operation.id}: this test knows nothing that ${name} names; give both users one`);
    const before = await allOf(anna, annas);
    const [foreign, nobody] = [valuesFor(operation, annas), valuesFor(operation, nobodys(annas))];
    const [got, wanted] = [await told(await ask(ben, operation, foreign), foreign), await told(await ask(ben, operation, nobody), nobody)];
    assert.deepEqual(got, wanted, operation.id);
    // What is for admins is no address for others, whatever the id.
    assert.equal(got.status, forAdmins(operation) ? 403 : 404, operation.id);
    // Something of hers below something of his own.
    if (operation.names.includes('bookmark_id')) {
      const mixed = { ...foreign, recording_id: bens.recording_id };
      const none = { ...nobody, recording_id: bens.recording_id };
      assert.deepEqual(await told(await ask(ben, operation, mixed), mixed), await told(await ask(ben, operation, none), none), operation.id);
    }
    for (const headers of [{ range: 'bytes=0-9' }, { 'if-none-match': '*' }]) {
      if (operation.method !== 'GET') continue;
      const asked = (values) => ben.fetch(pathOf(operation, values), { headers });
      assert.deepEqual(await told(await asked(foreign), foreign), await told(await asked(nobody), nobody), `${operation.id} ${JSON.stringify(headers)}`);
    }
    assert.deepEqual(await allOf(anna, annas), before, `${operation.id} changed something`);
  }
});

test('an admin sees nothing of it either', async () => {
  for (const operation of withIds.filter((one) => !forAdmins(one))) {
    const [foreign, nobody] = [valuesFor(operation, annas), valuesFor(operation, nobodys(annas))];
    const got = await told(await ask(admin, operation, foreign), foreign);
    assert.deepEqual(got, await told(await ask(admin, operation, nobody), nobody), operation.id);
    assert.equal(got.status, 404, operation.id);
  }
  for (const path of ['/api/chats', '/api/recordings', `/api/search?q=${encodeURIComponent(SECRET)}`, '/api/users', '/api/audit']) {
    assert.ok(!(await admin.ask('GET', path)).text.includes(SECRET), path);
  }
});

test('ids inside of bodies and queries', async () => {
  const start = operations.find(({ id }) => id === 'createLiveSession');
  for (const record of [false, true]) {
    const wish = (chat_id) => ({ json: { chat_id, record, ...(record ? { consent } : {}) } });
    const [foreign, nobody] = [await ask(ben, start, {}, wish(annas.chat_id)), await ask(ben, start, {}, wish(absent))];
    assert.deepEqual(await told(foreign, annas), await told(nobody, { chat_id: absent }));
    assert.equal(foreign.status, 404);
  }
  // Ids that the client may choose, and names of other things in bodies.
  const { body: task } = await ben.ask('POST', '/api/tasks', { title: 'Of Ben, too' });
  const event = { id: '0194a000-0000-4000-8000-00000000000e', kind: 'mute', at: '2026-11-29T10:01:00.000Z', data: { on: true } };
  const wishes = [
    ['POST', '/api/tasks', (ids) => ({ id: ids.task_id, title: 'T', position: 9 })],
    ['POST', '/api/tasks', (ids) => ({ title: 'T', chat_id: ids.chat_id })],
    ['PATCH', `/api/tasks/${task.id}`, (ids) => ({ chat_id: ids.chat_id })],
    ['POST', `/api/chats/${bens.chat_id}/messages`, (ids) => ({ client_id: 'c9', text: 'x', parent_id: ids.message_id })],
    ['POST', `/api/chats/${bens.chat_id}/messages`, (ids) => ({ client_id: 'c9', text: 'x', upload_ids: [ids.upload_id] })],
    ['POST', '/api/analytics/log-interaction', (ids) => ({ ...event, live_session_id: ids.live_session_id })],
    ['POST', '/api/analytics/log-interaction', (ids) => ({ events: [{ ...event, live_session_id: ids.live_session_id }] })],
  ];
  for (const [method, path, body] of wishes) {
    const answers = [];
    for (const ids of [annas, nobodys(annas)]) {
      const { status, text } = await ben.ask(method, path, body(ids));
      answers.push(`${status} ${text.replaceAll(ids.task_id, '{task}').replace(/"(request_id|created_at|updated_at)":"[^"]*"/g, '')}`);
      await ben.ask('DELETE', `/api/tasks/${ids.task_id}`);   // his own of that id, if there is one now
    }
    assert.equal(answers[0], answers[1], `${method} ${path} ${JSON.stringify(body(annas))}`);
  }
  assert.equal((await anna.ask('GET', `/api/tasks/${annas.task_id}`)).body.title, SECRET);
  assert.equal((await ben.ask('DELETE', `/api/tasks/${task.id}`)).status, 204);
  const list = async (chat) => (await ben.ask('GET', `/api/recordings?chat=${chat}`)).text;
  assert.equal(await list(annas.chat_id), await list(absent));
  const cursorOf = async (person, path) => (await person.ask('GET', path)).body.next_cursor;
  await anna.ask('POST', '/api/chats', { title: `${SECRET} 2` });
  const cursor = await cursorOf(anna, '/api/chats?limit=1');
  const page = await ben.ask('GET', `/api/chats?cursor=${encodeURIComponent(cursor)}`);
  assert.ok(page.status >= 400 || page.body.chats.every(({ id }) => id === bens.chat_id), 'a cursor of hers shows nothing of hers');
  const recordings = (await ben.ask('GET', '/api/recordings')).body.recordings;
  assert.deepEqual(recordings.map(({ id }) => id), [bens.recording_id]);
  assert.equal((await ben.ask('GET', '/api/chats')).body.chats.length, 1);
});

test('both are found by their own words only, though both said the same', async () => {
  const ids = async (person) => new Set((await person.ask('GET', '/api/search?q=the&limit=200')).body.hits.map(({ chat_id }) => chat_id));
  const [hers, his] = [await ids(anna), await ids(ben)];
  assert.ok(![...his].some((id) => hers.has(id)));
  assert.ok([...his].every((id) => id === bens.chat_id));
});

/** How often is looked, so that the rates of searches allow it. */
const LOOK_EVERY_MS = 400;

/** Asks for everything that a person sees of the app, round after round, until it is stopped. */
class Watch {
  static PATHS = ['/api/chats', '/api/recordings', '/api/recordings?sort=longest', '/api/search?q=Both', '/api/about', '/api/me', '/api/tokens', '/api/auth/sessions'];
  seen = [];
  #person;
  #rounds = 0;
  #stopped = false;
  #ended;

  constructor(person) {
    this.#person = person;
    this.#ended = this.#run();
    this.#ended.catch(() => {});   // who waits gets it
  }

  async #run() {
    for (; !this.#stopped; await sleep(LOOK_EVERY_MS)) await this.#look();
    await this.#look();   // at what is there in the end
  }

  async #look() {
    const answers = await Promise.all(Watch.PATHS.map((path) => this.#person.ask('GET', path)));
    for (const [index, { status, text, body }] of answers.entries()) {
      assert.equal(status, 200, `${Watch.PATHS[index]} ${text}`);
      this.seen.push({ path: Watch.PATHS[index], text, body });
    }
    this.#rounds++;
  }

  /** Until a round has ended that began after this call, or until looking failed. */
  async wholeRound() {
    const wanted = this.#rounds + 2;   // the next one to end may have begun before
    while (this.#rounds < wanted) await Promise.race([sleep(20), this.#ended]);
  }

  async stop() {
    this.#stopped = true;
    await this.#ended;
  }
}

test('while two work at the same time, no answer to one names or counts anything of the other', async () => {
  const pair = await Promise.all(['cleo', 'dora'].map(async (name) => {
    issuer.addPerson(name, { groups: ['staff'] });
    const [person, watcher] = [server.person(), server.person()];
    await person.login({ as: name });
    await watcher.login({ as: name });   // the same person in a second browser
    return { name, person, watcher, title: `Both of ${name}` };
  }));
  const watches = pair.map(({ watcher }) => new Watch(watcher));
  // Neither goes on before both were looked at, so that both are seen with every part of their work half done.
  const looked = () => Promise.all(watches.map((watch) => watch.wholeRound()));
  const owned = await Promise.all(pair.map(({ person, title }) => fill(person, title, looked)));
  await Promise.all(watches.map((watch) => watch.stop()));
  for (const [index, { title }] of pair.entries()) {
    const [other, others] = [pair[1 - index], owned[1 - index]];
    const secrets = [other.title, ...Object.entries(others).filter(([name]) => !['seq', 'invitation_id'].includes(name)).map(([, value]) => value)];
    const { seen } = watches[index];
    const lists = seen.filter(({ path }) => path === '/api/recordings').map(({ body }) => body.recordings);
    assert.ok(lists.some(([one]) => one?.state === 'recording'), 'it was looked at while they recorded');
    assert.equal(lists.at(-1)[0].title, title, 'each sees their own');
    for (const { path, text, body } of seen) {
      for (const secret of secrets) assert.ok(!text.includes(secret), `${path} of ${pair[index].name} has ${secret}`);
      if (body.totals) assert.ok(body.totals.recordings <= 1, path);
      if (path === '/api/about') assert.ok(body.storage.recordings <= 1);
      if (path === '/api/auth/sessions') assert.equal(body.sessions.length, 2);
    }
  }
  // Figures of one stay when the other one loses everything.
  const figures = async ({ person }) => (await Promise.all(['/api/about', '/api/recordings', '/api/search?q=the&limit=200'].map((path) => person.ask('GET', path)))).map(({ text }) => text.replace(/"free_bytes":\d+/, ''));
  const before = await figures(pair[0]);
  assert.ok([202, 204].includes((await pair[1].person.ask('DELETE', `/api/chats/${owned[1].chat_id}`)).status));
  assert.deepEqual(await figures(pair[0]), before);
  assert.equal((await pair[1].person.ask('GET', '/api/about')).body.storage.recordings, 0);
});

test('an API token is its owner, with what its scopes allow', async () => {
  const asToken = (token, method, path, body) => fetch(server.origin + path, {
    method, headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}),
  });
  assert.equal((await asToken(annas.token, 'GET', `/api/recordings/${annas.recording_id}`)).status, 200);
  assert.equal((await asToken(bens.token, 'GET', `/api/recordings/${annas.recording_id}`)).status, 404);
  assert.equal((await asToken(annas.token, 'POST', '/api/chats', { title: 'By token' })).status, 201, 'without an Origin');
  const narrow = (await anna.ask('POST', '/api/tokens', { name: 'reader', scopes: ['read'] })).body;
  assert.equal((await asToken(narrow.token, 'GET', '/api/chats')).status, 200);
  assert.equal((await asToken(narrow.token, 'POST', '/api/chats', { title: 'No' })).status, 403);
  for (const [method, path, body] of [['GET', '/api/tokens'], ['POST', '/api/tokens', { name: 'more', scopes: ['read', 'write'] }], ['GET', '/api/auth/sessions']]) {
    assert.equal((await asToken(annas.token, method, path, body)).status, 403, `${method} ${path}: a token makes no tokens`);
  }
  assert.equal((await anna.ask('DELETE', `/api/tokens/${narrow.id}`)).status, 204);
  assert.equal((await asToken(narrow.token, 'GET', '/api/chats')).status, 401);
  assert.ok(!server.program.log.includes(annas.token));
});

test('absent and foreign take the same time', async () => {
  const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  const measured = async (path) => {
    const times = { foreign: [], nobody: [] };
    for (let round = 0; round < 25; round++) {
      for (const [name, ids] of [['foreign', annas], ['nobody', nobodys(annas)]]) {
        const started = performance.now();
        await (await ben.fetch(path(ids))).text();
        times[name].push(performance.now() - started);
      }
    }
    return [median(times.foreign), median(times.nobody)];
  };
  for (const path of [(ids) => `/api/recordings/${ids.recording_id}`, (ids) => `/api/chats/${ids.chat_id}/messages`, (ids) => `/api/recordings/${ids.recording_id}/media`]) {
    // A true difference shows each time, one that a busy machine makes does not.
    const told = [];
    for (let alike = false; !alike; ) {
      const [foreign, nobody] = await measured(path);
      told.push(`${foreign} and ${nobody} ms`);
      alike = Math.abs(foreign - nobody) < Math.max(5, 0.5 * nobody);
      assert.ok(alike || told.length < 5, `${path(annas)}: ${told.join(', ')}`);
    }
  }
});

test('what the first user erases is erased for her, and still nobody for the second one', async () => {
  assert.ok([202, 204].includes((await anna.ask('DELETE', `/api/recordings/${annas.recording_id}`)).status));
  assert.equal((await anna.ask('GET', `/api/recordings/${annas.recording_id}`)).status, 410);
  for (const { id, ...operation } of withIds.filter(({ names }) => names.includes('recording_id'))) {
    const response = await ask(ben, { id, ...operation }, valuesFor(operation, annas));
    assert.equal(response.status, 404, `${id}: 410 would confirm that it was there`);
  }
});

test('what was stored before there were logins belongs to the first admin alone', async () => {
  const local = await startServer();
  const chat = (await local.ask('POST', '/api/chats', { title: 'Before logins' })).body;
  assert.equal((await local.ask('GET', '/api/me')).body.authenticated_by, 'local_user');
  await local.program.stop();
  issuer.addPerson('boss');
  const after = await startLoginServer({
    issuers: [{ id: 'dex', peer: issuer }], firstAdmin: { issuer: 'dex', email: 'boss@example.test' }, server: { dataDir: local.dataDir, tokens: local.tokens },
  });
  try {
    const [other, boss] = [after.person(), after.person()];
    await other.login({ as: 'anna' });
    assert.equal((await other.ask('GET', `/api/chats/${chat.id}`)).status, 404);
    await boss.login({ as: 'boss' });
    assert.equal((await boss.ask('GET', `/api/chats/${chat.id}`)).body.title, 'Before logins');
    assert.equal((await other.ask('GET', '/api/chats')).body.chats.length, 0);
  } finally {
    await after.end();
  }
});
