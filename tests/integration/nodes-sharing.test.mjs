// Two nodes at which people log in: one PostgreSQL, one bucket. What one of them takes away the other one gives to nobody any more, and
// signed links into the bucket are for owners only.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FakeGcs } from '../harness/gcs/fake.mjs';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { Person } from '../harness/person.mjs';
import { Postgres } from '../harness/postgres.mjs';
import { consent, digestOf, eventually, remove, syntheticChunks, temporaryFolder } from '../harness/programs.mjs';

/** It takes a second or two; a busy machine gets more. */
const WITHIN_MS = 15_000;
const folder = temporaryFolder();
const postgres = new Postgres();
let fake;
let issuer;
let one;
let two;
let id;
const people = {};

/** The same browser at the other node: the cookie is the same, the address is not. */
function at(node, person) {
  const other = new Person(node.origin);
  other.cookies = person.cookies;
  return other;
}
const film = () => `/api/recordings/${id}/media`;
const statusOf = async (node, person, path) => {
  const response = await at(node, person).fetch(path);
  await response.arrayBuffer();
  return response.status;
};

async function record(person, chunks) {
  const chat = (await person.ask('POST', '/api/chats', {})).body.id;
  const live = await person.ask('POST', '/api/live/sessions', { chat_id: chat, record: true, consent });
  assert.equal(live.status, 201, live.text);
  const { recording_id: made } = live.body;
  for (const [seq, bytes] of chunks.entries()) {
    const stored = await person.fetch(`/api/recordings/${made}/chunks/${seq}`, {
      method: 'PUT', headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(bytes) }, body: bytes,
    });
    assert.equal(stored.status, 201, await stored.text());
  }
  await person.ask('POST', `/api/recordings/${made}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  await eventually(() => person.ask('GET', `/api/recordings/${made}`), ({ body }) => body.media !== null);
  return made;
}

before(async () => {
  let chunks;
  [fake, issuer, chunks] = await Promise.all([FakeGcs.start(), Issuer.start(), syntheticChunks(20), postgres.start()]);
  for (const name of ['root', 'anna', 'ben', 'cleo']) issuer.addPerson(name);
  const key = join(folder, 'key.json');
  writeFileSync(key, JSON.stringify(fake.account), { mode: 0o600 });
  const env = {
    REPRISE_DATABASE_URL: await postgres.database(),
    REPRISE_BLOB_STORE: `gs://test-bucket/own/sharing?endpoint=${encodeURIComponent(fake.url)}`,
    REPRISE_MEDIA_FROM: 'bucket',
    GOOGLE_APPLICATION_CREDENTIALS: key,
    no_proxy: '*',
  };
  const start = () => startLoginServer({
    issuers: [{ id: 'dex', peer: issuer }], firstAdmin: { issuer: 'dex', email: 'root@example.test' }, server: { env, args: ['--sharing', 'links'] },
  });
  one = await start();
  two = await start();
  // The issuer knows the client's newest address.
  for (const name of ['root', 'anna', 'ben', 'cleo']) await (people[name] = two.person()).login({ as: name });
  id = await record(at(one, people.anna), chunks);
});
after(async () => {
  await Promise.all([one?.end(), two?.end()]);
  await Promise.all([fake?.stop(), issuer?.stop(), postgres.remove()]);
  remove(folder);
});

test('only the owner gets a link into the bucket, and it is short', async () => {
  const { anna, ben, cleo } = people;
  for (const node of [one, two]) {
    const own = await at(node, anna).fetch(film());
    assert.equal(own.status, 302);
    assert.equal(own.headers.get('cache-control'), 'no-store');
    const link = new URL(own.headers.get('location'));
    assert.ok(Number(link.searchParams.get('X-Goog-Expires')) <= 300, link.search);
    assert.equal(link.searchParams.get('X-Goog-SignedHeaders'), 'host');
    for (const person of [ben, cleo, new Person(node.origin)]) {
      for (const init of [{}, { method: 'HEAD' }, { headers: { range: 'bytes=0-9' } }]) {
        const foreign = await at(node, person).fetch(film(), init);
        await foreign.arrayBuffer();
        assert.equal(foreign.status, person === ben || person === cleo ? 404 : 401);
        assert.equal(foreign.headers.get('location'), null);
      }
    }
  }
});

test('somebody with whom it is shared gets the film through the server, on both nodes, until it is taken back on one', async () => {
  const { anna, ben, cleo } = people;
  const made = await at(one, anna).ask('POST', `/api/recordings/${id}/shares`, { kind: 'user', email: 'ben@example.test' });
  assert.equal(made.status, 201, made.text);
  for (const node of [two, one]) {
    const shared = await at(node, ben).fetch(film());
    assert.equal(shared.status, 200, 'no link into the bucket');
    assert.ok((await shared.arrayBuffer()).byteLength > 10_000);
    assert.equal(await statusOf(node, cleo, film()), 404);
  }
  assert.equal((await at(one, anna).ask('DELETE', `/api/shares/${made.body.id}`)).status, 204);
  assert.equal(await statusOf(two, ben, film()), 404, 'with the next request');
  assert.equal(await statusOf(one, ben, `/api/recordings/${id}`), 404);
});

test('a link that is opened on one node works on the other one, until it is taken back on the first', async () => {
  const made = await at(two, people.anna).ask('POST', `/api/recordings/${id}/shares`, { kind: 'link' });
  assert.equal(made.status, 201, made.text);
  const visitor = one.person();
  assert.equal((await visitor.ask('POST', '/api/share-links/open', { secret: made.body.secret })).status, 200);
  assert.equal(await statusOf(two, visitor, film()), 200);
  assert.equal((await at(one, people.anna).ask('DELETE', `/api/shares/${made.body.id}`)).status, 204);
  assert.equal(await statusOf(two, visitor, film()), 404, 'with the next request');
  assert.equal((await at(two, one.person()).ask('POST', '/api/share-links/open', { secret: made.body.secret })).status, 404);
});

test('who is disabled on one node, and a login that ends there, are out on the other one within seconds', async () => {
  const { root, anna, cleo } = people;
  const me = (await at(two, cleo).ask('GET', '/api/me')).body;
  assert.equal((await at(one, root).ask('PATCH', `/api/users/${me.id}`, { state: 'disabled' })).status, 200);
  await eventually(() => statusOf(two, cleo, '/api/me'), (status) => status === 401, WITHIN_MS);
  assert.equal((await at(one, anna).ask('POST', '/api/auth/logout')).status, 200);
  await eventually(() => statusOf(two, anna, '/api/me'), (status) => status === 401, WITHIN_MS);
});
