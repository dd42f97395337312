// Somebody who takes part in a study by a link, where a login is configured: what the link opens, and what it does not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { digestOf, syntheticChunks } from '../harness/programs.mjs';

let issuer;
let server;
let chunks;
before(async () => {
  issuer = await Issuer.start();
  for (const name of ['anna', 'ben']) issuer.addPerson(name);
  [server, chunks] = await Promise.all([
    startLoginServer({ issuers: [{ id: 'dex', peer: issuer }], firstAdmin: { issuer: 'dex', email: 'anna@example.test' } }),
    syntheticChunks(20),
  ]);
});
after(async () => {
  await server.stop();
  await issuer.stop();
});

const ok = (answer, status = 200) => {
  assert.equal(answer.status, status, answer.text);
  return answer.body;
};

/** A participant at the talk. */
async function participant(secret, person = server.person()) {
  ok(await person.ask('POST', '/api/participation/consent', { secret, consent_version: 1 }), 201);
  const talk = ok(await person.ask('POST', '/api/participation/live-session', { camera: false, locale: 'en' }), 201);
  return { person, live: talk.live_session.id, recording: talk.recording_id };
}

const put = async ({ person, recording }, seq, bytes) => {
  const response = await person.fetch(`/api/recordings/${recording}/chunks/${seq}`, {
    method: 'PUT', headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(bytes) }, body: bytes,
  });
  await response.arrayBuffer();
  return response.status;
};

test('a participant without a login holds their own talk, and reaches nothing else', async () => {
  const anna = server.person();
  const ben = server.person();
  issuer.addPerson('anna', { email: 'anna@example.test' });
  await anna.login({ as: 'anna' });
  await ben.login({ as: 'ben' });
  assert.equal((await ben.ask('GET', '/api/studies')).status, 403, 'only researchers have studies');
  const task = ok(await anna.ask('POST', '/api/tasks', { title: 'Ride' }), 201);
  const study = ok(await anna.ask('POST', '/api/studies', { task_id: task.id, title: 'Voices', state: 'open', consent_text: 'Agree.', conditions: [{ name: 'A' }] }), 201);
  const { links } = ok(await anna.ask('POST', `/api/studies/${study.id}/participants`, { count: 3 }), 201);
  const one = await participant(links[0].secret);
  const two = await participant(links[1].secret);
  const three = await participant(links[2].secret, ben);
  // Her analytics know them by their study and their condition; nobody else's do.
  const [condition] = study.conditions;
  for (const filter of [`study=${study.id}`, `study=${study.id}&condition=${condition.id}`, `person=everybody&condition=${condition.id}`]) {
    const report = ok(await anna.ask('GET', `/api/analytics/report?${filter}`));
    assert.equal(report.total.counts.sessions, 3, filter);
    assert.deepEqual(report.studies_known.map(({ id, conditions }) => [id, conditions.length]), [[study.id, 1]]);
    assert.equal(ok(await anna.ask('GET', `/api/analytics/sessions?${filter}`)).sessions.length, 3, filter);
  }
  for (const filter of [`study=${study.id}`, `condition=${condition.id}`]) assert.equal((await ben.ask('GET', `/api/analytics/report?${filter}`)).status, 404);
  for (const of of [one, two, three]) {
    const token = await of.person.ask('POST', `/api/live/sessions/${of.live}/token`, {});
    assert.equal(token.status, 201, token.text);
    assert.equal(await put(of, 0, chunks[0]), 201);
  }
  // Of another participant: as if it were not there.
  for (const thief of [one, three]) {
    const stolen = { ...two, person: thief.person };
    assert.equal(await put(stolen, 1, chunks[1]), 404);
    assert.equal((await thief.person.ask('POST', `/api/live/sessions/${two.live}/token`, {})).status, 404);
    assert.equal((await thief.person.ask('POST', `/api/recordings/${two.recording}/finish`, { last_seq: 0, reason: 'hangup' })).status, 404);
  }
  // Nothing is read, not even one's own; the rest of the app wants a login.
  const paths = ['', '/media', '/waveform', '/recording.mcap', '/bookmarks'].map((part) => `/api/recordings/${one.recording}${part}`);
  for (const path of [...paths, '/api/recordings', '/api/chats', `/api/live/sessions/${one.live}`, `/api/studies/${study.id}`, '/api/me', `/api/tasks/${task.id}`]) {
    const { status } = await one.person.ask('GET', path);
    assert.ok([401, 403, 404].includes(status), `${path} ${status}`);
    assert.ok([403, 404].includes((await three.person.ask('GET', path)).status) || ['/api/me', '/api/chats', '/api/recordings'].includes(path), path);
  }
  assert.deepEqual(Object.keys(ok(await one.person.ask('GET', '/api/about'))), ['name', 'version']);
  assert.equal((await one.person.ask('DELETE', `/api/recordings/${one.recording}`)).status, 403);
  assert.equal((await one.person.ask('POST', '/api/live/sessions', { chat_id: task.id, record: false })).status, 401, 'no talk beside the study');
  ok(await one.person.ask('POST', `/api/recordings/${one.recording}/finish`, { last_seq: 0, reason: 'hangup' }));
  ok(await one.person.ask('POST', `/api/live/sessions/${one.live}/end`, { reason: 'hangup' }));
  assert.equal(ok(await one.person.ask('POST', '/api/participation/end-talk')).stage, 'done');
  // The researcher has it all; who withdraws takes theirs away.
  const listed = async () => ok(await anna.ask('GET', '/api/recordings')).recordings.map(({ id }) => id).sort();
  assert.deepEqual(await listed(), [one, two, three].map(({ recording }) => recording).sort());
  assert.equal(ok(await two.person.ask('POST', '/api/participation/withdraw')).stage, 'withdrawn');
  assert.equal(await put(two, 1, chunks[1]), 410);
  assert.deepEqual(await listed(), [one, three].map(({ recording }) => recording).sort());
  assert.equal(ok(await anna.ask('GET', `/api/tasks/${task.id}/sessions`)).sessions.length, 3);
});

test('pages of other sites can do nothing with the link or the cookie of a participant', async () => {
  const anna = server.person();
  await anna.login({ as: 'anna' });
  const task = ok(await anna.ask('POST', '/api/tasks', { title: 'Walk' }), 201);
  const study = ok(await anna.ask('POST', '/api/studies', {
    task_id: task.id, title: 'Words', state: 'open', consent_text: 'Yes?', conditions: [{ name: 'A', camera: true }],
    before: [{ questions: [{ kind: 'choice', text: 'Often?', choices: ['Yes', 'No'] }] }],
  }), 201);
  const { links } = ok(await anna.ask('POST', `/api/studies/${study.id}/participants`, { count: 2 }), 201);
  const person = server.person();
  const status = async (who, method, path, headers, body) => {
    const response = await who.fetch(path, { method, headers, ...(body === undefined ? {} : { body }) });
    await response.arrayBuffer();
    return response.status;
  };
  const foreign = [
    { origin: 'https://evil.example', 'content-type': 'application/json' },
    { origin: 'null', 'content-type': 'application/json' },
    { origin: 'null', 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
    { origin: server.origin.replace('localhost', 'localhost.evil.example'), 'content-type': 'application/json' },
    ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain; x=application/json'].map((type) => ({ 'content-type': type })),
  ];
  const secret = links[0].secret;
  for (const headers of foreign) {
    for (const [path, body] of [['open', { secret }], ['consent', { secret, consent_version: 1 }]]) {
      assert.equal(await status(person, 'POST', `/api/participation/${path}`, headers, JSON.stringify(body)), 403, `${path} ${JSON.stringify(headers)}`);
    }
  }
  assert.equal(person.cookies.size, 0);
  const invited = ok(await person.ask('POST', '/api/participation/open', { secret }));
  assert.deepEqual([invited.stage, invited.answered_by, invited.camera], ['invited', 'emulator', true], 'before they agree they know who hears them, and that there may be pictures');
  // Nobody without the cookie comes further, whatever they send; with a wrong one neither.
  const rest = [['GET', ''], ['PUT', '/answers'], ['POST', '/end-talk'], ['POST', '/withdraw'], ['POST', '/live-session']];
  const thief = server.person();
  thief.cookies.set('__Host-participant', 'A'.repeat(43));
  for (const [method, path] of rest) {
    for (const body of method === 'GET' ? [undefined] : ['', '{', '{}', 'x'.repeat(100)]) {
      for (const who of [server.person(), thief]) assert.equal(await status(who, method, `/api/participation${path}`, { 'content-type': 'text/plain' }, body), 401, path);
    }
  }
  ok(await person.ask('POST', '/api/participation/consent', { secret, consent_version: 1 }), 201);
  for (const headers of foreign) {
    for (const [method, path] of rest.slice(1)) assert.equal(await status(person, method, `/api/participation${path}`, headers, '{"part":"before","answers":{"q1":"No"}}'), 403, `${path} ${JSON.stringify(headers)}`);
  }
  assert.equal(ok(await person.ask('GET', '/api/participation')).stage, 'before');
  assert.equal((await anna.ask('GET', '/api/participation')).status, 404, 'who is logged in and takes part in nothing');
  ok(await person.ask('PUT', '/api/participation/answers', { part: 'before', answers: { q1: 'Yes' } }));
  ok(await person.ask('POST', '/api/participation/withdraw'));
  const entries = ok(await anna.ask('GET', `/api/audit?object=${study.id}`)).entries;
  assert.deepEqual(entries.map(({ event }) => event), ['study_withdrawn', 'study_answered', 'study_begun', 'study_opened']);
  assert.deepEqual([...new Set(entries.map(({ actor }) => actor))], [`participant ${links[0].id}`]);
  for (const entry of entries) assert.ok(entry.address !== '' && entry.request_id !== '' && !JSON.stringify(entry).includes(secret));
});

test('while the researcher is disabled, or is none, a participant can only withdraw', async () => {
  const anna = server.person();
  await anna.login({ as: 'anna' });
  issuer.addPerson('rosa', { groups: [] });
  const rosa = server.person();
  await rosa.login({ as: 'rosa' });
  const { id } = ok(await rosa.ask('GET', '/api/me'));
  ok(await anna.ask('PATCH', `/api/users/${id}`, { roles: ['participant', 'researcher'] }));
  const task = ok(await rosa.ask('POST', '/api/tasks', { title: 'Row' }), 201);
  const study = ok(await rosa.ask('POST', '/api/studies', { task_id: task.id, title: 'Rowing', state: 'open', consent_text: 'Yes?', conditions: [{ name: 'A' }] }), 201);
  const { links } = ok(await rosa.ask('POST', `/api/studies/${study.id}/participants`, { count: 2 }), 201);
  const one = await participant(links[0].secret);
  assert.equal(await put(one, 0, chunks[0]), 201);
  ok(await anna.ask('PATCH', `/api/users/${id}`, { roles: ['participant'] }));
  assert.equal((await one.person.ask('POST', `/api/live/sessions/${one.live}/token`, {})).status, 401);
  ok(await anna.ask('PATCH', `/api/users/${id}`, { roles: ['participant', 'researcher'] }));
  assert.equal((await one.person.ask('POST', `/api/live/sessions/${one.live}/token`, {})).status, 201);
  ok(await anna.ask('PATCH', `/api/users/${id}`, { state: 'disabled' }));
  assert.equal((await one.person.ask('POST', `/api/live/sessions/${one.live}/token`, {})).status, 401);
  assert.equal(await put(one, 1, chunks[1]), 401);
  assert.equal((await one.person.ask('POST', '/api/participation/live-session', { camera: false, locale: 'en' })).body.type, 'urn:reprise:problem:study-closed');
  assert.equal((await server.person().ask('POST', '/api/participation/open', { secret: links[1].secret })).status, 409);
  assert.equal(ok(await one.person.ask('POST', '/api/participation/withdraw')).stage, 'withdrawn');
});
