// Every login that a misbehaving issuer answers wrongly is refused, for its own reason in the log, with a page that tells the person
// nothing of it, and without a session; the next right one succeeds. The defects are proved in tests/contract/issuer.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CLAIM_DEFECTS, DISCOVERY_ANSWERS, FORM_DEFECTS, KEY_ANSWERS, KEY_DEFECTS, replay, RIGHT_ANSWERS, SIGNATURE_DEFECTS, TOKEN_ANSWER_DEFECTS, TOKEN_ANSWERS,
} from '../harness/issuer-defects.mjs';
import { answer, Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { eventually } from '../harness/programs.mjs';

let issuer;
let silent;
let server;
/** What came of a login at an issuer that says nothing; it waits while the other tests run. */
let waiting;
before(async () => {
  [issuer, silent] = await Promise.all([Issuer.start(), Issuer.start()]);
  server = await startLoginServer({ issuers: [{ id: 'dex', peer: issuer }, { id: 'silent', peer: silent }] });
  silent.behave({ token: () => answer('', { silent: true }) });
  waiting = waitFor(server.person());
});
after(async () => {
  await server.end();
  await issuer.stop();
  await silent.stop();
  assert.deepEqual(issuer.complaints, [], 'our server asks as it should');
});

async function waitFor(person) {
  const started = Date.now();
  const response = await person.login({ issuerId: 'silent' });
  return { person, location: response.headers.get('location'), ms: Date.now() - started };
}

/** What the person sees, without what is new each time. */
async function seen(response) {
  const where = response.headers.get('location');
  const id = /[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Za-z_-]{20,}/g;
  return `${response.status} ${where?.replace(id, 'ID') ?? ''} ${(await response.text()).replace(id, 'ID')}`;
}

/** One login of a new browser that must not succeed; returns what the person saw. */
async function refused(reason, { issuerId = 'dex', at = server } = {}) {
  const person = at.person();
  const before = at.refusals(issuerId).length;
  const response = await person.login({ issuerId });
  const saw = await seen(response);
  await eventually(() => at.refusals(issuerId).slice(before), (reasons) => reasons.length > 0);
  assert.deepEqual(at.refusals(issuerId).slice(before), [reason]);
  assert.ok(!person.cookies.has('__Host-sid'), 'no cookie of a session');
  assert.equal((await person.fetch('/api/me')).status, 401);
  assert.ok(!person.cookies.has('__Host-lt'), 'the login is used up');
  return saw;
}

/** All failures of the issuer's answer look alike: who tries learns nothing. */
let pageOfFailure;
async function refusedAlike(reason) {
  const saw = await refused(reason);
  pageOfFailure ??= saw;
  assert.equal(saw, pageOfFailure);
  assert.ok(!saw.includes(reason) && !/eyJ|nonce|signature|audience/i.test(saw), saw);
}

/** How many sessions there should be: a defect that made one in secret would show in the list. */
let loggedIn = 0;
async function succeeds(what) {
  const person = server.person();
  const response = await person.login({ returnPath: '/chats?a=1' });
  assert.ok([302, 303].includes(response.status), `${what}: ${response.status} ${server.refusals().at(-1)}`);
  assert.equal(new URL(response.headers.get('location'), server.origin).href, `${server.origin}/chats?a=1`);
  assert.equal((await person.fetch('/api/me')).status, 200, what);
  loggedIn += 1;
  return person;
}

async function behaving(behaviour, run) {
  issuer.behave(behaviour);
  try {
    return await run();
  } finally {
    issuer.behave();
  }
}

for (const [name, [behaviour, reason]] of Object.entries({ ...CLAIM_DEFECTS, ...SIGNATURE_DEFECTS, ...FORM_DEFECTS, ...TOKEN_ANSWER_DEFECTS })) {
  test(`refused: ${name}`, () => behaving(behaviour, () => refusedAlike(reason)));
}

for (const [name, behaviour] of Object.entries(TOKEN_ANSWERS)) {
  const reason = /redirects|error/.test(name) ? 'token_request_refused' : 'token_answer_malformed';
  test(`refused: an answer to the token request that ${name}`, () => behaving(behaviour, () => refusedAlike(reason)));
}

test('refused: the token of another login', () => behaving(replay(), async () => {
  await succeeds('the first login');
  await refusedAlike('nonce_differs');
}));

test('after all of it right logins succeed, and no other session exists', async () => {
  issuer.addPerson('dev'); // the e-mail as before
  const person = await succeeds('a login');
  const { body } = await person.ask('GET', '/api/auth/sessions');
  assert.equal(body.sessions.length, loggedIn);
  assert.equal(issuer.count('/evil'), 0, 'no redirect was followed');
  assert.equal(issuer.count('/evil-keys'), 0, 'no key was fetched from where a token said');
  // One fetch at the start, one for the first unknown name; then at most one in 60 s.
  assert.equal(issuer.count('/keys'), 2);
});

for (const [name, behaviour] of Object.entries(RIGHT_ANSWERS)) {
  test(`accepted: ${name}`, () => behaving(behaviour, () => succeeds(name)));
}

// ---- what is fetched before a login: each issuer of one server is wrong in another way -----------------------------------

/** Issuers that misbehave from the start, at one server. */
async function withIssuers(behaviours, run) {
  const peers = await Promise.all(Object.values(behaviours).map(async (behaviour) => {
    const peer = await Issuer.start();
    peer.behave(behaviour);
    return peer;
  }));
  const entries = Object.keys(behaviours).map((name, index) => ({ name, id: `issuer-${index}`, peer: peers[index] }));
  const at = await startLoginServer({ issuers: entries.map(({ id, peer }) => ({ id, peer })) });
  try {
    await run(at, entries);
  } finally {
    assert.equal(await at.end(), 0);
    for (const peer of peers) await peer.stop();
  }
}

const WRONG_METADATA = {
  ...Object.fromEntries(Object.entries(DISCOVERY_ANSWERS).map(([name, behaviour]) => [`metadata that ${name}`, behaviour])),
  ...Object.fromEntries(Object.entries(KEY_ANSWERS).map(([name, behaviour]) => [`keys whose answer ${name}`, behaviour])),
  'metadata of another issuer': { discovery: (document) => answer({ ...document, issuer: 'https://issuer.example' }) },
  'metadata of an issuer with a slash more': { discovery: (document) => answer({ ...document, issuer: `${document.issuer}/` }) },
  'metadata without an issuer': { discovery: (document) => answer({ ...document, issuer: undefined }) },
};

test('metadata and keys that are wrong: the server comes up, and the login says that the issuer does not answer', () =>
  withIssuers(Object.fromEntries(Object.entries(WRONG_METADATA).slice(0, 20)), everyLoginFails));
test('more metadata and keys that are wrong', () => withIssuers(Object.fromEntries(Object.entries(WRONG_METADATA).slice(20)), everyLoginFails));

async function everyLoginFails(at, entries) {
  for (const { id, peer, name } of entries) {
    const person = at.person();
    const response = await person.fetch(`/api/auth/${id}/login?return=/`);
    const target = response.headers.get('location') ?? '';
    assert.ok(!target.startsWith(peer.url), `${name}: the person is not sent there`);
    assert.ok(!person.cookies.has('__Host-sid'), name);
    assert.equal(peer.count('/evil'), 0, name);
    peer.behave();
    await eventually(() => person.fetch(`/api/auth/${id}/login?return=/`), ({ headers }) => headers.get('location')?.startsWith(peer.url));
    assert.ok([302, 303].includes((await person.login({ issuerId: id })).status), `${name}: well again`);
    assert.ok(await person.isLoggedIn(), name);
  }
}

test('keys that must not be used', () => withIssuers(
  Object.fromEntries(Object.entries(KEY_DEFECTS).map(([name, [behaviour]]) => [name, behaviour])),
  async (at, entries) => {
    for (const { id, name, peer } of entries) {
      await refused(KEY_DEFECTS[name][1], { issuerId: id, at });
      assert.ok(peer.count('/keys') <= 2, name);
    }
  },
));

test('new keys are fetched once in 60 s, and the old ones are kept while the issuer is away', () => withIssuers({ rotating: {} }, async (at, [{ id, peer }]) => {
  const login = async () => (await at.person().login({ issuerId: id })).headers.get('location') !== null && at.refusals().length;
  assert.equal(await login(), 0);
  const before = peer.count('/keys');
  peer.rotate();
  assert.equal(await login(), 0, 'a new key, and the old one beside it');
  assert.equal(peer.count('/keys'), before + 1);
  peer.behave({ keys: () => answer('', { status: 500 }) });
  assert.equal(await login(), 0, 'the keys are not needed again');
  peer.behave();
  for (let round = 0; round < 20; round++) {
    peer.rotate();
    await at.person().login({ issuerId: id });
  }
  assert.deepEqual(new Set(at.refusals()), new Set(['key_unknown']));
  assert.equal(peer.count('/keys'), before + 1, 'a flood of new names is not a flood of requests');
}));

test('an ES256 key', () => withIssuers({ ec: {} }, async (at, [{ id, peer }]) => {
  peer.rotate({ alg: 'ES256' });
  const person = at.person();
  await person.login({ issuerId: id });
  assert.ok(await person.isLoggedIn());
}));

test('an issuer that is away at the start, and goes away later', async () => {
  const peer = await Issuer.start();
  await peer.stop();
  const at = await startLoginServer({ issuers: [{ id: 'dex', peer }] });
  try {
    const page = await at.person().fetch('/api/auth/dex/login?return=/');
    assert.ok(!page.headers.get('location')?.startsWith(peer.url));
    assert.equal((await at.person().ask('GET', '/api/auth/issuers')).status, 200);
    await peer.resume();
    await eventually(() => at.person().fetch('/api/auth/dex/login?return=/'), ({ headers }) => headers.get('location')?.startsWith(peer.url));
    const person = at.person();
    await person.login();
    assert.ok(await person.isLoggedIn());
    const begun = await at.person().begin();
    assert.ok(begun.href.startsWith(peer.url));
    const other = at.person();
    const back = await other.atIssuer(await other.begin());
    await peer.stop();
    const count = at.refusals().length;
    await other.fetch(back.href);
    await eventually(() => at.refusals().slice(count), (reasons) => reasons.join() === 'issuer_unreachable');
    assert.ok(await person.isLoggedIn(), 'who is logged in stays so');
  } finally {
    assert.equal(await at.end(), 0);
    await peer.stop().catch(() => {});
  }
});

// Last, since it waits for ten seconds.
test('an issuer that says nothing is given up after ten seconds, and others were served meanwhile', async () => {
  const { person, location, ms } = await waiting;
  assert.match(location, /error=unreachable/);
  assert.ok(ms > 5000 && ms < 40_000, `${ms} ms`);  // a busy machine needs some seconds more
  assert.equal(await person.isLoggedIn(), false);
  assert.equal(server.refusals('silent').join(), 'issuer_unreachable');
});
