// Who is admitted, as what, and with which settings the server starts at all.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { Issuer } from '../harness/issuer.mjs';
import { refusedStart, startLoginServer } from '../harness/login.mjs';
import { writeOidcFile } from '../harness/oidc-file.mjs';
import { eventually, remove, sleep, startServer } from '../harness/programs.mjs';

const FAKE_TIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
let issuer;
before(async () => {
  issuer = await Issuer.start();
});
after(() => issuer.stop());

/** Runs with a server of its own, whose one issuer has these settings. */
async function withServer({ entry = {}, ...settings }, run) {
  const server = await startLoginServer({ issuers: [{ id: 'dex', peer: issuer, ...entry }], ...settings });
  try {
    return await run(server);
  } finally {
    assert.equal(await server.end(), 0);
  }
}
/** What came of a login: 'in', or the reason in the log. */
async function attempt(server, as, claims = {}) {
  issuer.addPerson(as, claims);
  const person = server.person();
  const before = server.refusals().length;
  await person.login({ as });
  const me = await person.ask('GET', '/api/me');
  if (me.status === 200) return { outcome: 'in', me: me.body, person };
  const [outcome] = await eventually(() => server.refusals().slice(before), (reasons) => reasons.length > 0);
  return { outcome, person };
}

test('an allow-list looks at what stands after the last @ of a confirmed address', () =>
  withServer({ entry: { allow: { emails: ['*@example.test', 'one@other.test'] } } }, async (server) => {
    const rows = [
      ['anna@example.test', true, true], ['ANNA@EXAMPLE.TEST', true, true], ['one@other.test', true, true], ['"a b"@example.test', true, true], ['"x@evil.example"@example.test', true, true],
      ['two@other.test', true, false], ['anna@evil.example', true, false], ['anna@example.test@evil.example', true, false], ['anna@evil.example@example.test', true, false],
      ['anna@example.test.evil.example', true, false], ['anna@sub.example.test', true, false], ['anna@xexample.test', true, false], ['anna@example.test ', true, false],
      ['anna@example.test\n', true, false], ['anna@ex\u0430mple.test', true, false], ['anna@example.test.', true, false], ['@example.test', true, false], ['example.test', true, false],
      ['', true, false], ['anna@example.test\u0000@evil.example', true, false], ['a@evil.example,b@example.test', true, false], ['<anna@evil.example> anna@example.test', true, false],
      ['anna@example.test', false, false], ['anna@example.test', 'true', false], ['anna@example.test', 1, false], ['anna@example.test', undefined, false], ['anna@example.test', null, false],
      [['anna@example.test'], true, false], [undefined, true, false],
    ];
    for (const [email, email_verified, admitted] of rows) {
      const { outcome } = await attempt(server, 'somebody', { email, email_verified });
      assert.equal(outcome, admitted ? 'in' : 'not_allowed', JSON.stringify([email, email_verified]));
    }
  }));

test('groups admit and give roles; a person is who the issuer says by `sub`, whatever the e-mail', () =>
  withServer({ entry: { roles_claim: 'groups', roles: { admin: ['admins'], researcher: ['staff'] }, allow: { groups: ['staff', 'admins'] } } }, async (server) => {
    const roles = async (groups) => {
      const { outcome, me } = await attempt(server, 'rita', { groups });
      return outcome === 'in' ? me.roles.toSorted().join() : outcome;
    };
    assert.equal(await roles(['staff']), 'participant,researcher');
    assert.equal(await roles(['admins']), 'admin,participant');
    assert.equal(await roles(['others']), 'not_allowed');
    assert.equal(await roles('staff'), 'participant,researcher', 'one group as a text');
    for (const groups of [['Admins'], ['admins '], ['adm'], [], undefined, null, 7, [['admins']], { admins: true }]) assert.equal(await roles(groups), 'not_allowed', JSON.stringify(groups));
    assert.equal(await roles(['staff', 'admins', 'staff']), 'admin,participant,researcher');
    const first = await attempt(server, 'rita', { groups: ['staff'], email: 'rita@example.test' });
    const moved = await attempt(server, 'rita', { groups: ['staff'], email: 'new-name@example.test', name: 'Rita N.' });
    assert.equal(moved.me.id, first.me.id, 'the same person with another e-mail');
    const thief = await attempt(server, 'thief', { groups: ['staff'], email: 'rita@example.test', name: 'rita' });
    assert.notEqual(thief.me.id, first.me.id, 'another person with the same e-mail');
  }));

test('the first admin is one person: by a confirmed e-mail, once; the local data is theirs', () =>
  withServer({ firstAdmin: { issuer: 'dex', email: 'boss@example.test' } }, async (server) => {
    const email = 'boss@example.test';
    const unconfirmed = await attempt(server, 'liar', { email, email_verified: false });
    assert.ok(!unconfirmed.me.roles.includes('admin'));
    assert.ok(!(await attempt(server, 'liar', { email, email_verified: 'true' })).me.roles.includes('admin'));
    assert.ok(!(await attempt(server, 'anna')).me.roles.includes('admin'));
    const boss = await attempt(server, 'boss', { email });
    assert.ok(boss.me.roles.includes('admin'));
    const late = await attempt(server, 'late', { email });
    assert.ok(!late.me.roles.includes('admin'), 'the next one with the same e-mail is not');
    assert.notEqual(late.me.id, boss.me.id);
    assert.ok((await attempt(server, 'boss', { email: 'boss@elsewhere.test' })).me.roles.includes('admin'), 'bound to `sub`');
  }));

test('first logins of one person at once make one user, and one first admin', () =>
  withServer({ firstAdmin: { issuer: 'dex', email: 'boss@example.test' } }, async (server) => {
    issuer.addPerson('twin', { email: 'twin@example.test' });
    const twins = Array.from({ length: 8 }, () => server.person());
    await Promise.all(twins.map((person) => person.login({ as: 'twin' })));
    const ids = await Promise.all(twins.map(async (person) => (await person.ask('GET', '/api/me')).body?.id));
    assert.equal(new Set(ids).size, 1, ids.join());
    assert.ok(ids[0]);
    const names = Array.from({ length: 6 }, (_, index) => `boss-${index}`);
    for (const name of names) issuer.addPerson(name, { email: 'boss@example.test' });
    const bosses = names.map(() => server.person());
    await Promise.all(bosses.map((person, index) => person.login({ as: names[index] })));
    const all = await Promise.all(bosses.map(async (person) => (await person.ask('GET', '/api/me')).body));
    assert.equal(all.filter(({ roles }) => roles.includes('admin')).length, 1);
    assert.equal(new Set(all.map(({ id }) => id)).size, names.length);
  }));

test('who is disabled has no session any more, cannot log in, and a slow upload that runs is stopped', () =>
  withServer({ firstAdmin: { issuer: 'dex', email: 'boss@example.test' } }, async (server) => {
    const { person: boss } = await attempt(server, 'boss', { email: 'boss@example.test' });
    const { person: anna, me } = await attempt(server, 'anna');
    const upload = request(`${server.origin}/api/chats`, {
      method: 'POST',
      headers: { cookie: `__Host-sid=${anna.cookies.get('__Host-sid')}`, origin: server.origin, 'content-type': 'application/json', 'content-length': 100 },
    });
    const answered = once(upload, 'response').then(([response]) => response.statusCode, () => 'cut');
    upload.write('{"title":');
    await sleep(300);
    assert.equal((await boss.ask('PATCH', `/api/users/${me.id}`, { state: 'disabled' })).status, 200);
    assert.equal(await anna.isLoggedIn(), false);
    assert.equal((await attempt(server, 'anna')).outcome, 'user_disabled');
    const dripping = setInterval(() => upload.write(' '), 500);
    const outcome = await Promise.race([answered, sleep(10_000).then(() => 'still open')]);
    clearInterval(dripping);
    upload.destroy();
    assert.ok(outcome === 401 || outcome === 'cut', `${outcome}`);
    assert.equal((await boss.ask('PATCH', `/api/users/${me.id}`, { state: 'active' })).status, 200);
    const back = await attempt(server, 'anna');
    assert.equal(back.me.id, me.id);
    assert.equal((await back.person.ask('GET', '/api/chats')).body.chats.length, 0, 'nothing came of the upload');
  }));

test('a clock that is ten minutes off lets nobody in, and says so in the log', async () => {
  assert.ok(existsSync(FAKE_TIME), 'faketime is not installed: ./dev test installs it');
  for (const [off, reason] of [['+11m', 'issued_long_ago'], ['-11m', 'issued_in_future']]) {
    // The issuer's tokens live for longer than the clock is off, so that the log names the cause.
    issuer.behave({ claims: (right) => ({ ...right, exp: right.exp + 3600 }) });
    await withServer({ server: { env: { LD_PRELOAD: FAKE_TIME, FAKETIME: off, DONT_FAKE_MONOTONIC: '1' } } }, async (server) => {
      assert.equal((await attempt(server, 'anna')).outcome, reason, off);
    });
    issuer.behave();
  }
});

test('an issuer is reached at another address than its name', async () => {
  const peer = await Issuer.start({ issuer: 'http://auth.localhost:1/dex' });
  const server = await startLoginServer({ issuers: [{ id: 'dex', peer, reach_at: `127.0.0.1:${peer.port}` }] });
  try {
    const person = server.person();
    const begun = await person.begin();
    assert.equal(begun.origin, 'http://auth.localhost:1', 'the browser goes by the name');
    await person.fetch(await person.atIssuer(begun.href.replace(begun.origin, new URL(peer.url).origin)));
    assert.ok(await person.isLoggedIn());
    assert.ok(peer.asked.every(({ headers, path }) => path === '/dex/auth' || headers.host === 'auth.localhost:1'));
  } finally {
    await server.end();
    await peer.stop();
  }
});

test('a client id that must be encoded, and a secret of signs', async () => {
  const secret = "a:b%41+/=&'\"<>~";
  const server = await startLoginServer({ issuers: [{ id: 'dex', peer: { issuer: issuer.issuer, secret }, client_id: 're:prise/1' }] });
  issuer.addClient({ id: 're:prise/1', secret, redirectUris: [`${server.origin}/api/auth/dex/callback`] });
  try {
    assert.equal((await attempt(server, 'anna')).outcome, 'in');
  } finally {
    await server.end();
  }
});

// ---- settings with which the server does not start -------------------------------------------------------------------------

const peer = { issuer: 'http://127.0.0.1:1/dex', secret: 'x7Jq0pC2rV9tN4mB' };
const local = 'http://localhost:8080';
const start = (changes = {}, settings = {}) => refusedStart({ publicUrl: local, issuers: [{ id: 'dex', peer, ...changes }], ...settings });

const REFUSED = {
  'an empty secret': [{ secret: { text: '' } }, /empty/],
  'a secret of a line break': [{ secret: { text: '\n' } }, /empty/],
  'the secret that stands in examples': [{ secret: { text: 'secret\n' } }, /example/],
  "Dex's example secret": [{ secret: { text: 'ZXhhbXBsZS1hcHAtc2VjcmV0' } }, /secret/],
  'changeme': [{ secret: { text: 'ChangeMe' } }, /example/],
  'a secret that everybody may read': [{ secret: { mode: 0o644 } }, /chmod|read/],
  'a secret that is not there': [{ client_secret_file: 'nothing.txt' }, /nothing\.txt/],
  'a secret in the file itself': [{ client_secret: 'x7Jq0pC2rV9tN4mB' }, /client_secret/],
  'an unknown key': [{ nme: 'Dex' }, /nme/],
  'an issuer by plain http elsewhere': [{ issuer: 'http://issuer.example/dex' }, /https/],
  'an id with a slash': [{ id: 'de%2fx' }, /id/],
};
for (const [name, [changes, says]] of Object.entries(REFUSED)) {
  test(`it does not start with ${name}`, async () => {
    const ended = await start(changes);
    assert.equal(ended.code, 78, `${ended.code} ${ended.stderr}`);
    assert.match(ended.stderr, says);
    assert.ok(!ended.stderr.includes(peer.secret), 'no secret in the log');
  });
}

test('it does not start with static passwords under a public name, and does with a local one', async () => {
  const entry = { id: 'dex', peer, static_passwords: true };
  for (const publicUrl of ['https://reprise.example', [local, 'https://reprise.example'], 'https://reprise.example:8443/', 'https://10.0.0.7', 'https://localhost.evil.example']) {
    const ended = await refusedStart({ publicUrl, issuers: [entry] });
    assert.equal(ended.code, 78, `${publicUrl} ${ended.stderr}`);
    assert.match(ended.stderr, /static_passwords/);
  }
  for (const publicUrl of [local, 'http://app.localhost:8080', 'http://127.0.0.1:8080']) {
    const { file, folder } = writeOidcFile({ publicUrl, issuers: [entry] });
    const server = await startServer({ args: ['--oidc-file', file] });
    assert.equal(await server.stop(), 0, publicUrl);
    remove(folder);
  }
});

test('it does not start with a public name by plain http, without issuers, or with two of one name', async () => {
  const one = { id: 'dex', peer };
  for (const [settings, says] of [
    [{ publicUrl: 'http://reprise.example', issuers: [one] }, /https/],
    [{ publicUrl: local, issuers: [] }, /issuers/],
    [{ publicUrl: local, issuers: [one, one] }, /dex/],
    [{ publicUrl: local, issuers: [one], firstAdmin: { issuer: 'nobody', email: 'a@example.test' } }, /nobody/],
    [{ publicUrl: local, issuers: [one], firstAdmin: { issuer: 'dex', email: '*@example.test' } }, /email/],
    [{ publicUrl: local, issuers: [one], more: { public_urls: 'x' } }, /public_urls/],
    [{ publicUrl: 'https://reprise.example/app', issuers: [one] }, /path/],
  ]) {
    const ended = await refusedStart(settings);
    assert.equal(ended.code, 78, `${JSON.stringify(settings.publicUrl)} ${ended.stderr}`);
    assert.match(ended.stderr, says);
  }
});
