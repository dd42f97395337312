// Logging in and out as a browser does it: what the callback takes, cookies, the CSRF rule, sessions, who is admitted.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { Issuer } from '../harness/issuer.mjs';
import { startLoginServer } from '../harness/login.mjs';
import { parseCookie } from '../harness/person.mjs';
import { eventually, sleep } from '../harness/programs.mjs';

const IDLE_S = 5; // the shortest that the server takes
const ABSOLUTE_S = 8;
const REMEMBERED_MS = 1000; // who has just been found is not looked up again
let one;
let two;
let server;
/** What became of two sessions of a server whose sessions are short. */
let ends;
before(async () => {
  [one, two] = await Promise.all([Issuer.start(), Issuer.start({ path: '/other' })]);
  for (const name of ['anna', 'ben']) for (const peer of [one, two]) peer.addPerson(name);
  server = await startLoginServer({ issuers: [{ id: 'dex', peer: one }, { id: 'two', peer: two }] });
  ends = shortSessions();
});
after(async () => {
  await server.end();
  await one.stop();
  await two.stop();
  assert.deepEqual([...one.complaints, ...two.complaints], []);
});

async function loggedIn(as = 'anna', at = server) {
  const person = at.person();
  await person.login({ as });
  assert.equal((await person.fetch('/api/me')).status, 200);
  return person;
}
async function shortSessions() {
  const args = ['--session-idle', String(IDLE_S), '--session-absolute', String(ABSOLUTE_S)];
  const issuer = await Issuer.start();
  for (const name of ['anna', 'ben']) issuer.addPerson(name);
  const at = await startLoginServer({ issuers: [{ id: 'dex', peer: issuer }], server: { args } });
  const status = (person) => person.copy().fetch('/api/me').then((answer) => answer.status);
  const leave = async () => {
    const person = await loggedIn('anna', at);
    await sleep(1000);
    const used = (await status(person)) === 200;
    await sleep(IDLE_S * 1000 + 300);
    const all = await Promise.all(Array.from({ length: 20 }, () => status(person)));
    return { used, atOnce: [...new Set(all)], later: await status(person) };
  };
  const goOn = async () => {
    const begun = Date.now();
    const person = await loggedIn('ben', at);
    const started = Date.now();
    let lastUsedMs = 0;
    for (let asked = 0; asked < 3 * ABSOLUTE_S * 1000; await sleep(200)) {
      asked = Date.now() - started;
      if ((await status(person)) !== 200) break;
      lastUsedMs = asked;
    }
    const endedAfterMs = Date.now() - begun;
    await sleep(300);
    return { lastUsedMs, endedAfterMs, later: await status(person) };
  };
  try {
    const [unused, used] = await Promise.all([leave(), goOn()]);
    return { unused, used };
  } finally {
    await at.end();
    await issuer.stop();
  }
}
/** Runs `attack`, after which nobody is logged in who was not; the log gives `reason`. */
async function refused(reason, attack) {
  const before = server.refusals().length;
  const { person, response } = await attack();
  assert.ok(!person.cookies.has('__Host-sid'));
  assert.equal(await person.isLoggedIn(), false);
  await eventually(() => server.refusals().slice(before), (reasons) => reasons.length > 0);
  assert.deepEqual(server.refusals().slice(before), [reason], `${response.status} ${response.headers.get('location')}`);
}
/** A login up to the way back. */
async function almost(issuerId = 'dex', as = 'anna') {
  const person = server.person();
  return { person, back: await person.atIssuer(await person.begin(issuerId, '/'), as) };
}
const changed = (url, changes) => {
  const other = new URL(url);
  for (const [name, value] of Object.entries(changes)) value === null ? other.searchParams.delete(name) : other.searchParams.set(name, value);
  return other.href;
};

// ---- the way back from the issuer ----------------------------------------------------------------------------------------

const CALLBACKS = {
  'no state': [{ state: null }, 'state_missing'],
  'another state': [{ state: 'x'.repeat(43) }, 'state_differs'],
  'an empty state': [{ state: '' }, 'state_differs'],
  'no code': [{ code: null }, 'code_missing'],
  'a code that the issuer does not know': [{ code: 'x'.repeat(32) }, 'token_request_refused'],
  'an iss parameter of somebody else': [{ iss: 'https://issuer.example' }, 'iss_parameter_differs'],
  'an error instead of a code': [{ code: null, error: 'access_denied', error_description: '<b>You said no</b>' }, 'issuer_error'],
  'an error beside a code': [{ error: 'server_error' }, 'issuer_error'],
};
for (const [name, [changes, reason]] of Object.entries(CALLBACKS)) {
  test(`the way back with ${name}`, async () => {
    const { person, back } = await almost();
    await refused(reason, async () => {
      const response = await person.fetch(changed(back, changes));
      const shown = `${await response.clone().text()} ${response.headers.get('location')}`;
      assert.ok(!/You said no|access_denied|issuer\.example/.test(shown), shown);
      return { person, response };
    });
    // The transaction was used, also by a failure: the right answer comes too late.
    await refused('no_transaction', async () => ({ person, response: await person.fetch(back.href) }));
  });
}

test('parameters that come twice', async () => {
  for (const name of ['state', 'code']) {
    for (const order of [(url, value) => `${url.href}&${name}=${value}`, (url, value) => url.href.replace(`${name}=`, `${name}=${value}&${name}=`)]) {
      const { person, back } = await almost();
      await person.fetch(order(back, 'x'.repeat(43)));
      assert.equal(await person.isLoggedIn(), false, `${name}: one of two was believed`);
    }
  }
});

test('the iss parameter of the issuer itself is fine', async () => {
  const { person, back } = await almost();
  await person.fetch(changed(back, { iss: one.issuer }));
  assert.ok(await person.isLoggedIn());
});

test('a way back in a browser that began no login, or another one (login CSRF)', async () => {
  const { back } = await almost('dex', 'ben');
  await refused('no_transaction', async () => {
    const person = server.person();
    return { person, response: await person.fetch(back.href) };
  });
  await refused('state_differs', async () => {
    const { person } = await almost();
    return { person, response: await person.fetch(back.href) };
  });
});

test('the way back is used once: also when the code is new', async () => {
  const { person, back } = await almost();
  await person.fetch(back.href);
  assert.ok(await person.isLoggedIn());
  const again = person.copy();
  again.cookies.delete('__Host-sid');
  await refused('no_transaction', async () => ({ person: again, response: await again.fetch(back.href) }));
});

test('a used code in another login', async () => {
  const { person: first, back } = await almost();
  await first.fetch(back.href);
  await refused('token_request_refused', async () => {
    const { person, back: next } = await almost();
    return { person, response: await person.fetch(changed(next, { code: back.searchParams.get('code') })) };
  });
});

test('codes of one issuer at the callback of another one (mix-up)', async () => {
  for (const [from, to] of [['dex', 'two'], ['two', 'dex']]) {
    await refused('issuer_of_other_login', async () => {
      const { person, back } = await almost(from);
      return { person, response: await person.fetch(back.href.replace(`/auth/${from}/`, `/auth/${to}/`)) };
    });
    // The person began at `to`, and is given a code of `from` with the right state.
    await refused('token_request_refused', async () => {
      const { back } = await almost(from);
      const { person, back: own } = await almost(to);
      return { person, response: await person.fetch(changed(own, { code: back.searchParams.get('code') })) };
    });
  }
});

test('two logins of one browser at once: the later one counts', async () => {
  const person = server.person();
  const first = await person.atIssuer(await person.begin(), 'anna');
  const second = await person.atIssuer(await person.begin(), 'ben');
  await person.fetch(first.href);
  const afterFirst = await person.isLoggedIn();
  if (!afterFirst) assert.equal(server.refusals().at(-1), 'state_differs');
  const other = server.person();
  await other.login({ as: 'ben' });
  assert.ok(await other.isLoggedIn(), 'and nothing is stuck');
  assert.ok(second.searchParams.get('code'));
});

test('what is asked of the issuer', async () => {
  const person = server.person();
  const [url, other] = [await person.begin(), await server.person().begin()];
  const asked = Object.fromEntries(url.searchParams);
  assert.equal(asked.response_type, 'code');
  assert.equal(asked.code_challenge_method, 'S256');
  assert.equal(asked.redirect_uri, `${server.origin}/api/auth/dex/callback`);
  assert.ok(asked.scope.split(' ').includes('openid') && asked.scope.split(' ').includes('email'));
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.match(asked[name], /^[\w-]{43,}$/, name);
    assert.notEqual(asked[name], other.searchParams.get(name), `${name} is new each time`);
  }
  assert.equal((await person.fetch('/api/auth/nobody/login?return=/')).status, 404);
});

// ---- cookies -------------------------------------------------------------------------------------------------------------

test('cookies are what browsers bind to this host', async () => {
  const person = await loggedIn();
  const cookies = person.setCookies.map(parseCookie);
  const named = (name) => cookies.filter((cookie) => cookie.name === name && cookie.value !== '');
  for (const name of ['__Host-lt', '__Host-sid']) {
    assert.equal(named(name).length, 1, name);
    const [{ value, attributes }] = named(name);
    assert.match(value, /^[\w-]{43,}$/, '256 random bits');
    assert.ok(attributes.has('secure') && attributes.has('httponly') && !attributes.has('domain'), name);
    assert.equal(attributes.get('path'), '/');
    assert.equal(attributes.get('samesite')?.toLowerCase(), 'lax');
  }
  assert.deepEqual([...person.cookies.keys()], ['__Host-sid'], 'that of the login is taken away');
  const sid = person.cookies.get('__Host-sid');
  const everything = ['/api/me', '/api/auth/sessions', '/api/about'];
  for (const path of everything) assert.ok(!(await (await person.fetch(path)).text()).includes(sid), path);
  assert.ok(!server.program.log.includes(sid) && !server.program.log.includes(named('__Host-lt')[0].value));
});

test('a session that somebody planted is no session, and does not become one (fixation)', async () => {
  const planted = 'A'.repeat(43);
  const victim = server.person();
  victim.cookies.set('__Host-sid', planted);
  assert.equal(await victim.isLoggedIn(), false);
  await victim.login({ as: 'anna' });
  assert.notEqual(victim.cookies.get('__Host-sid'), planted);
  const thief = server.person();
  thief.cookies.set('__Host-sid', planted);
  assert.equal(await thief.isLoggedIn(), false);
});

test('a login in a browser that has a session ends that one', async () => {
  const person = await loggedIn('anna');
  const before = person.copy();
  await person.login({ as: 'ben' });
  assert.equal((await person.ask('GET', '/api/me')).body.email ?? 'ben@example.test', 'ben@example.test');
  assert.equal(await before.isLoggedIn(), false);
});

test('cookies that are malformed, doubled, or many', async () => {
  const person = await loggedIn();
  const sid = person.cookies.get('__Host-sid');
  const status = async (cookie) => (await fetch(`${server.origin}/api/me`, { headers: { cookie } })).status;
  assert.equal(await status(`__Host-sid=${sid}`), 200);
  assert.equal(await status(`a=b; __Host-sid=${sid}; c`), 200);
  for (const cookie of [
    `sid=${sid}`, `__host-sid=${sid}`, `__Host-sid=${sid.toLowerCase() === sid ? sid.toUpperCase() : sid.toLowerCase()}`, `__Host-sid=${sid}x`,
    `__Host-sid=${sid.slice(0, -1)}`, '__Host-sid=', '__Host-sid', `__Host-sid="${sid}"`, `x__Host-sid=${sid}`, `__Host-sid=${'x'.repeat(4000)}`,
    `__Host-sid=${'A'.repeat(43)}; __Host-sid=${sid}`,
  ]) assert.equal(await status(cookie), 401, cookie.replace(sid, 'SID').slice(0, 60));
});

// ---- where one is led after the login -------------------------------------------------------------------------------------

test('one comes back to a path of ours, whatever `return` says', async () => {
  const good = ['/', '/chats', '/chats/01936200-0000-7000-8000-00000000ffff?at=3#t', '/recordings?q=a%20b', '/a.b'];
  const bad = [
    '//evil.example', '///evil.example', '/\\evil.example', '\\\\evil.example', '/\\/evil.example', 'https://evil.example', 'http:evil.example', 'evil.example',
    'javascript:alert(1)', '/%2fevil.example', '/%5cevil.example', '/%252fevil.example', '/\t/evil.example', '/\n/evil.example', '/%09/evil.example', '/%0d%0aSet-Cookie:a=b',
    '/a\r\nLocation: https://evil.example', '/..//evil.example', '/.//evil.example', '/a/..//evil.example', '@evil.example', '/@evil.example/..//x', '', ' /', ' //evil.example', '?x', '#x',
    '/api/auth/logout', `/${'x'.repeat(5000)}`, 'data:text/html,x', '/\u2215/evil.example', '\uff0f\uff0fevil.example', '/;//evil.example', '/api/chats',
  ];
  for (const path of [...good, ...bad]) {
    const person = server.person();
    const response = await person.login({ returnPath: path });
    const target = new URL(response.headers.get('location'), server.origin);
    assert.equal(target.origin, server.origin, JSON.stringify(path));
    assert.equal(response.headers.getSetCookie().filter((line) => /^a=/.test(line)).length, 0);
    assert.equal(target.href.slice(server.origin.length), good.includes(path) ? path : '/', JSON.stringify(path));
  }
  assert.equal((await server.person().fetch('/api/auth/dex/login?return=/%00')).status, 400);
  for (const query of ['', '?return=', '?return=/a&return=//evil.example', '?retur=/a', '?return']) {
    const person = server.person();
    const begun = await person.fetch(`/api/auth/dex/login${query}`);
    if (begun.status >= 400) continue;
    const response = await person.fetch((await person.atIssuer(begun.headers.get('location'))).href);
    assert.ok(['/', '/a'].includes(response.headers.get('location').replace(server.origin, '')), query);
  }
});

// ---- CSRF ----------------------------------------------------------------------------------------------------------------

test('what changes something comes from our own pages', async () => {
  const person = await loggedIn();
  const cookie = `__Host-sid=${person.cookies.get('__Host-sid')}`;
  const send = async (headers, { method = 'POST', path = '/api/chats', body = '{}' } = {}) => (await fetch(server.origin + path, { method, headers: { cookie, ...headers }, body })).status;
  const json = { 'content-type': 'application/json' };
  const own = { origin: server.origin };
  assert.equal(await send({ ...own, ...json }), 201);
  assert.equal(await send({ 'sec-fetch-site': 'same-origin', ...json }), 201);
  for (const headers of [
    json, { ...json, origin: 'null' }, { ...json, origin: 'http://evil.example' }, { ...json, origin: server.origin.replace('http:', 'https:') },
    { ...json, origin: server.origin.replace(/:\d+$/, '') }, { ...json, origin: `${server.origin}.evil.example` }, { ...json, origin: `${server.origin}/` },
    { ...json, 'sec-fetch-site': 'same-site' }, { ...json, 'sec-fetch-site': 'cross-site' }, { ...json, 'sec-fetch-site': 'none' },
    { ...json, referer: `${server.origin}/` },
  ]) assert.equal(await send(headers), 403, JSON.stringify(headers));
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain; application/json']) {
    assert.ok([403, 415].includes(await send({ ...own, 'content-type': type })), type);
  }
  assert.ok([403, 415].includes(await send(own, { path: '/api/auth/logout', body: null })), 'a logout needs it too');
  assert.ok(await person.isLoggedIn());
  for (const method of ['GET', 'HEAD']) assert.ok([404, 405].includes(await send(own, { method, path: '/api/auth/logout', body: null })));
  assert.ok(await person.isLoggedIn(), 'and is no GET');
});

// ---- the end of a session -------------------------------------------------------------------------------------------------

test('logout ends the session for everybody who has its cookie', async () => {
  const person = await loggedIn();
  const thief = person.copy();
  const elsewhere = await loggedIn();
  const answer = await person.ask('POST', '/api/auth/logout');
  assert.equal(answer.status, 200);
  assert.equal(typeof answer.body.next, 'string');
  assert.ok(!person.cookies.has('__Host-sid'), 'the cookie is taken away');
  assert.match(answer.headers.get('clear-site-data') ?? '', /cache|storage|cookies|\*/);
  assert.equal(await thief.isLoggedIn(), false);
  assert.equal(await elsewhere.isLoggedIn(), true);
});

test('one sees one\'s sessions, and ends one or all', async () => {
  const issuer = one;
  issuer.addPerson('carol');
  const [first, second, third] = [await loggedIn('carol'), await loggedIn('carol'), await loggedIn('carol')];
  const stranger = await loggedIn('ben');
  const list = async (person) => (await person.ask('GET', '/api/auth/sessions')).body.sessions;
  const sessions = await list(first);
  assert.equal(sessions.length, 3);
  assert.equal(sessions.filter(({ current }) => current).length, 1);
  const ofSecond = (await list(second)).find(({ current }) => current);
  assert.equal((await stranger.ask('DELETE', `/api/auth/sessions/${ofSecond.id}`)).status, 404, 'not of somebody else');
  assert.ok(await second.isLoggedIn());
  assert.equal((await first.ask('DELETE', `/api/auth/sessions/${ofSecond.id}`)).status, 204);
  assert.equal(await second.isLoggedIn(), false);
  assert.equal((await first.ask('DELETE', `/api/auth/sessions/${ofSecond.id}`)).status, 404);
  assert.ok(await third.isLoggedIn());
  for (const id of ['x', '..%2fsessions', '%00', '01936200-0000-7000-8000-00000000ffff']) {
    assert.ok([400, 404].includes((await first.ask('DELETE', `/api/auth/sessions/${id}`)).status), id);
  }
  assert.ok(await third.isLoggedIn());
});

test('a session that is ended in another browser stops a slow upload within five seconds', async () => {
  const person = await loggedIn();
  const chat = (await person.ask('POST', '/api/chats', {})).body;
  const [{ id }] = (await person.ask('GET', '/api/auth/sessions')).body.sessions.filter(({ current }) => current);
  const upload = request(`${server.origin}/api/chats/${chat.id}`, {
    method: 'PATCH',
    headers: { cookie: `__Host-sid=${person.cookies.get('__Host-sid')}`, origin: server.origin, 'content-type': 'application/json', 'content-length': 17 },
  });
  const answered = once(upload, 'response').then(([response]) => response.statusCode, () => 0);
  upload.write('{"title":');
  await sleep(300);
  const other = await loggedIn();
  const ended = Date.now();
  assert.equal((await other.ask('DELETE', `/api/auth/sessions/${id}`)).status, 204);
  const dripping = setInterval(() => upload.write(' '), 1000);
  const status = await Promise.race([answered, sleep(10_000).then(() => 'still open')]);  // a busy machine gets twice the time
  clearInterval(dripping);
  upload.destroy();
  assert.ok(status === 401 || status === 0, `${status} after ${Date.now() - ended} ms`);
  assert.notEqual((await other.ask('GET', `/api/chats/${chat.id}`)).body.title, 'x');
});

test('requests at once at the end of a session: all or none, and it stays ended', async () => {
  const person = await loggedIn();
  const statuses = await Promise.all([
    ...Array.from({ length: 10 }, () => person.copy().fetch('/api/me').then(({ status }) => status)),
    person.copy().ask('POST', '/api/auth/logout').then(() => 0),
    ...Array.from({ length: 30 }, () => person.copy().fetch('/api/me').then(({ status }) => status)),
  ]);
  assert.ok(statuses.every((status) => [0, 200, 401].includes(status)), statuses.join());
  for (let round = 0; round < 3; round++) assert.equal(await person.isLoggedIn(), false);
  await eventually(() => person.fetch('/api/me').then(({ status }) => status), (status) => status === 401);
});

// Last, since they wait while the others run.
test('a session ends when it is not used, and no request brings it back', async () => {
  const { unused } = await ends;
  assert.deepEqual(unused, { used: true, atOnce: [401], later: 401 });
});
test('a session that is used goes on, until its time is up', async () => {
  const { used } = await ends;
  assert.ok(used.lastUsedMs > IDLE_S * 1000 + 500 && used.lastUsedMs <= ABSOLUTE_S * 1000 + REMEMBERED_MS, JSON.stringify(used));
  assert.ok(used.endedAfterMs > ABSOLUTE_S * 1000 - 50, JSON.stringify(used));
  assert.equal(used.later, 401);
});
