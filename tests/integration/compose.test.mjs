// The profile `proxy` in containers (tests/harness/containers.mjs): its services are killed at random for ten minutes while somebody
// records and erases, and a ledger outside of it notes what was acknowledged; then it is backed up, erased, and restored.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { judge, newLedger, play } from '../faults/session.mjs';
import { Machine } from '../harness/containers.mjs';
import { noDebian } from '../harness/debian.mjs';
import { throughDex } from '../harness/dex.mjs';
import { Person } from '../harness/person.mjs';
import { consent, digestOf, eventually, syntheticChunks } from '../harness/programs.mjs';

const skip = noDebian();
/** TEST_CHAOS_SECONDS: for a shorter look. */
const SECONDS = Number(process.env.TEST_CHAOS_SECONDS ?? 600);
const SERVICES = ['app', 'db', 'dex', 'proxy', 'emulator'];
const CALM_MS = [2_000, 12_000];     // between two kills, at random
const BETWEEN_SESSIONS_MS = 8_000;   // a person may begin 30 sessions at once, and then one in four seconds
const WITHIN_MS = 120_000;
let machine;
let chunks;

/** As browsers: every name below localhost is this machine. */
const lookup = dns.lookup;
dns.lookup = (name, options, done) => lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, options, done);

before(async () => {
  if (skip) return;
  [machine, chunks] = [await Machine.start(), await syntheticChunks(20)];
  await machine.setUp();
  await machine.script('start-app.sh');
});
after(() => machine?.remove());

/** What the session on which faults are tried needs of a server, for somebody who is logged in. */
function serverFor(person) {
  const ask = (...question) => person.ask(...question);
  return {
    ask,
    put: (id, seq, bytes) => person.fetch(`/api/recordings/${id}/chunks/${seq}`, {
      method: 'PUT', body: bytes, headers: { 'content-type': 'application/vnd.mcap', 'content-digest': digestOf(bytes) },
    }),
    async begin() {
      const { body: chat } = await ask('POST', '/api/chats', {});
      if (!chat?.id) return {};
      const { body: started } = await ask('POST', '/api/live/sessions', { chat_id: chat.id, record: true, consent });
      return { id: started?.recording_id, chat, started };
    },
    chunksOf: (id) => ask('GET', `/api/recordings/${id}/chunks?limit=200`),
  };
}

async function logIn() {
  const person = new Person(machine.origin);
  const back = await throughDex((await person.begin()).href, machine.origin, 'dev@example.test', machine.password);
  await person.fetch(back.location.href);
  assert.ok(await person.isLoggedIn());
  return person;
}

test(`services are killed at random for ${SECONDS} s: nothing that was acknowledged is lost, nothing that was erased comes back`, { skip }, async (t) => {
  const person = await logIn();
  const server = serverFor(person);
  const ledger = newLedger();
  const until = Date.now() + SECONDS * 1000;
  const kills = new Map(SERVICES.map((name) => [name, 0]));
  const kill = async () => {
    while (Date.now() < until) {
      await sleep(CALM_MS[0] + Math.random() * (CALM_MS[1] - CALM_MS[0]));
      const name = SERVICES[Math.floor(Math.random() * SERVICES.length)];
      await machine.kill(name);
      kills.set(name, kills.get(name) + 1);
    }
  };
  const record = async () => {
    while (Date.now() < until) await Promise.all([play(server, ledger, chunks), sleep(BETWEEN_SESSIONS_MS)]);
  };
  await Promise.all([kill(), record()]);
  try {
    await eventually(() => person.ask('GET', '/api/me').catch(() => ({})), ({ status }) => status === 200, WITHIN_MS);
    assert.deepEqual(await judge(server, ledger), []);
    let films = 0;
    for (const { id } of ledger.recordings.filter(({ id: one }) => !ledger.erased.has(one))) {
      const { status, body } = await person.ask('GET', `/api/recordings/${id}`);
      if (status !== 200 || body.recording.state !== 'complete') continue;
      const { body: view } = await eventually(() => person.ask('GET', `/api/recordings/${id}`), (answer) => answer.body?.media, WITHIN_MS);
      assert.equal((await person.fetch(view.media.url, { headers: { range: 'bytes=0-99' } })).status, 206);
      films += 1;
    }
    t.diagnostic(`${ledger.recordings.length} recordings, ${ledger.acknowledged.size} chunks acknowledged, ${ledger.erased.size} erased, ${films} films; `
      + `${ledger.unknown} requests without an answer, ${ledger.refused} refused; kills: ${[...kills].map((one) => one.join(' ')).join(', ')}`);
    assert.ok(ledger.acknowledged.size > 0 && films > 0, 'nothing was recorded');
    assert.ok(await (await logIn()).isLoggedIn(), 'logins work again');
  } catch (error) {
    throw new Error(`${error.message}\n${await machine.logs()}`, { cause: error });
  }
});

test('backed up while it runs, erased, and restored: chats, chunks and films are there', { skip }, async () => {
  const before = await logIn();
  const server = serverFor(before);
  const { id } = await server.begin();
  for (const [seq, bytes] of chunks.entries()) assert.equal((await server.put(id, seq, bytes)).status, 201);
  await before.ask('POST', `/api/recordings/${id}/finish`, { last_seq: chunks.length - 1, reason: 'hangup' });
  const chats = (await before.ask('GET', '/api/chats')).body.chats.map((one) => one.id);
  const stored = (await server.chunksOf(id)).body;
  assert.match(await machine.script('backup-app.sh'), /\d+ rows, \d+ objects .* added now/);
  assert.match(await machine.script('backup-app.sh', '--verify'), /every piece opens/);
  await assert.rejects(machine.script('backup-app.sh', '--restore'), /Reprise runs\. A restore needs a stack that keeps nothing/);
  await machine.script('stop-app.sh', '--erase', '--yes');
  await machine.script('start-app.sh', '--no-build');
  assert.deepEqual((await (await logIn()).ask('GET', '/api/chats')).body.chats, [], 'all is erased');
  await machine.script('stop-app.sh', '--erase', '--yes');
  assert.match(await machine.script('backup-app.sh', '--restore'), /\d+ rows and \d+ objects of .* are restored/);
  await machine.script('start-app.sh', '--no-build');
  const back = await logIn();
  assert.deepEqual((await back.ask('GET', '/api/chats')).body.chats.map((one) => one.id), chats);
  assert.deepEqual((await serverFor(back).chunksOf(id)).body, stored);
  const { body } = await eventually(() => back.ask('GET', `/api/recordings/${id}`), (answer) => answer.body?.media, WITHIN_MS);
  assert.equal((await back.fetch(body.media.url, { headers: { range: 'bytes=0-99' } })).status, 206);
});
