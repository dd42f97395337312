// Proves the test issuer (tests/harness/issuer.mjs): when it behaves, a certified client logs in; and each of its defects is
// in what it sends, and is the only one there.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  ANSWER_BYTES_MAX, CLAIM_DEFECTS, DISCOVERY_ANSWERS, FORM_DEFECTS, KEY_ANSWERS, KEY_DEFECTS, replay, RIGHT_ANSWERS, SIGNATURE_DEFECTS,
  TOKEN_ANSWER_DEFECTS, TOKEN_ANSWERS, TOKEN_BYTES_MAX,
} from '../harness/issuer-defects.mjs';
import { answer, Issuer } from '../harness/issuer.mjs';
import { dexSubject, halfHash, open } from '../harness/issuer-tokens.mjs';
import { root } from '../harness/programs.mjs';

const require = createRequire(join(root, 'web/package.json'));
const jose = require('jose');
const client = await import(pathToFileURL(require.resolve('openid-client')));

const REDIRECT = 'http://localhost:1/api/auth/dex/callback';
let issuer;
let registered;
before(async () => {
  issuer = await Issuer.start();
  registered = issuer.addClient({ redirectUris: [REDIRECT] });
  issuer.addPerson('anna', { groups: ['staff'] });
});
after(() => issuer.stop());

const SKEW_SECONDS = 60;
const AGE_SECONDS_MAX = 600;
const text = (value) => typeof value === 'string';
const number = (value) => typeof value === 'number';

/** Asks as a client of our own making: no library would take these answers. */
async function logIn(as = 'dev') {
  const verifier = randomBytes(32).toString('base64url');
  const nonce = randomBytes(32).toString('base64url');
  const state = randomBytes(32).toString('base64url');
  const asked = new URLSearchParams({
    client_id: registered.id, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid email', state, nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256', person: as,
  });
  const back = await fetch(`${issuer.url}/auth?${asked}`, { redirect: 'manual' });
  const { searchParams: parameters } = new URL(back.headers.get('location'));
  assert.equal(parameters.get('state'), state);
  const basic = [registered.id, registered.secret].map(encodeURIComponent).join(':');
  const token = await fetch(`${issuer.url}/token`, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: parameters.get('code'), redirect_uri: REDIRECT, code_verifier: verifier }),
  });
  return { token, nonce, code: parameters.get('code') };
}

/** Which rules of OpenID Connect Core 3.1.3.7 and of docs/operating.md the claims break, in the words of our server. */
function brokenClaims({ header, claims, payloadText }, { nonce, code, access_token }) {
  const now = issuer.now();
  const audiences = [claims.aud].flat();
  const { azp } = claims;
  const rules = {
    issuer_differs: claims.iss !== issuer.issuer,
    audience_differs: !audiences.includes(registered.id),
    authorized_party_differs: (azp !== undefined || (audiences.includes(registered.id) && audiences.length > 1)) && azp !== registered.id,
    audience_untrusted: azp === registered.id && audiences.some((one) => one !== registered.id),
    nonce_differs: claims.nonce !== nonce,
    access_token_hash_differs: claims.at_hash !== undefined && claims.at_hash !== halfHash(access_token),
    code_hash_differs: claims.c_hash !== undefined && claims.c_hash !== halfHash(code),
    expiry_missing: claims.exp === undefined,
    expired: number(claims.exp) && claims.exp >= 0 && claims.exp < now - SKEW_SECONDS,
    issued_at_missing: claims.iat === undefined,
    issued_in_future: number(claims.iat) && claims.iat > now + SKEW_SECONDS,
    issued_long_ago: number(claims.iat) && claims.iat < now - AGE_SECONDS_MAX - SKEW_SECONDS,
    not_yet_valid: number(claims.nbf) && claims.nbf > now + SKEW_SECONDS,
    subject_malformed: claims.sub === undefined || claims.sub === '' || text(claims.sub) && Buffer.byteLength(claims.sub) > 255,
    claims_malformed: [claims.exp, claims.iat, claims.nbf].some((time) => time !== undefined && !(number(time) && time >= 0)) || number(claims.sub) || /"sub".*"sub"/.test(payloadText) || /\[{100}/.test(payloadText),
    algorithm_refused: header.alg !== 'RS256' && header.alg !== 'ES256',
    critical_header: header.crit !== undefined,
    key_id_missing: header.kid === undefined,
    type_refused: header.typ !== undefined && header.typ !== 'JWT',
  };
  return Object.keys(rules).filter((name) => rules[name]);
}

/** What an independent library says of the signature, with the keys that the issuer shows; null: it is right. */
async function signatureFault(idToken) {
  const set = await (await fetch(`${issuer.url}/keys`)).json();
  try {
    await jose.compactVerify(idToken, jose.createLocalJWKSet(set), { algorithms: ['RS256', 'ES256'] });
    return null;
  } catch (error) {
    return error.code ?? error.message;
  }
}

/** Runs with a behaviour, and well again. */
async function behaving(behaviour, run) {
  issuer.behave(behaviour);
  try {
    return await run();
  } finally {
    issuer.behave();
  }
}

test('a certified client logs in, and checks the signature too', async () => {
  const keys = [issuer.key, issuer.rotate(), issuer.rotate({ alg: 'ES256' }), issuer.rotate()];
  for (const key of keys) {
    issuer.key = key;
    const settings = { client_secret: registered.secret, id_token_signed_response_alg: key.alg };
    const config = await client.discovery(new URL(issuer.url), registered.id, settings, client.ClientSecretBasic(registered.secret), {
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    });
    const [pkceCodeVerifier, expectedState, expectedNonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
    const begun = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT, scope: 'openid email groups', state: expectedState, nonce: expectedNonce, person: 'anna',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
    });
    const back = await fetch(begun, { redirect: 'manual' });
    const tokens = await client.authorizationCodeGrant(config, new URL(back.headers.get('location')), { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true });
    const claims = tokens.claims();
    assert.deepEqual([claims.iss, claims.sub, claims.email, claims.email_verified, claims.groups], [issuer.url, dexSubject('anna-id'), 'anna@example.test', true, ['staff']]);
    assert.equal(open(tokens.id_token).header.kid, key.kid);
  }
  assert.deepEqual(issuer.complaints, []);
});

test('what a client does wrong is refused', async () => {
  const right = {
    client_id: registered.id, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid', state: 's'.repeat(22), nonce: 'n'.repeat(22),
    code_challenge: 'c'.repeat(43), code_challenge_method: 'S256',
  };
  const at = async (changes) => (await fetch(`${issuer.url}/auth?${new URLSearchParams({ ...right, ...changes })}`, { redirect: 'manual' })).status;
  assert.equal(await at({}), 303);
  for (const changes of [
    { client_id: 'x' }, { redirect_uri: `${REDIRECT}/` }, { response_type: 'token' }, { scope: 'email' }, { state: 'short' }, { nonce: '' },
    { code_challenge_method: 'plain' }, { code_challenge: 'x' },
  ]) assert.ok([400, 404].includes(await at(changes)), JSON.stringify(changes));
  const asToken = async (form, credentials) => {
    const back = await fetch(`${issuer.url}/auth?${new URLSearchParams({ ...right, code_challenge: createHash('sha256').update('v').digest('base64url') })}`, { redirect: 'manual' });
    const code = new URL(back.headers.get('location')).searchParams.get('code');
    const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: 'v', ...form });
    const basic = credentials ?? [registered.id, registered.secret].map(encodeURIComponent).join(':');
    const send = async () => (await fetch(`${issuer.url}/token`, { method: 'POST', headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }, body })).status;
    return [await send(), await send()];
  };
  assert.deepEqual(await asToken({}), [200, 400], 'a code is used once');
  assert.deepEqual(await asToken({ code_verifier: 'w' }), [400, 400], 'and gone after a wrong verifier');
  assert.deepEqual(await asToken({ redirect_uri: `${REDIRECT}x` }), [400, 400]);
  assert.deepEqual(await asToken({}, `${registered.id}:${registered.secret}`), [401, 401], 'not form-encoded');
  issuer.complaints = [];
});

for (const [name, [behaviour, reason]] of Object.entries({ ...CLAIM_DEFECTS, ...SIGNATURE_DEFECTS, ...FORM_DEFECTS })) {
  test(`defect: ${name}`, () => behaving(behaviour, async () => {
    const { token, nonce, code } = await logIn();
    const { id_token, access_token } = await token.json();
    const three = id_token.split('.').length === 3 && id_token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
    if (reason === 'token_malformed') return assert.ok(!three);
    assert.ok(three);
    assert.equal(id_token.length > TOKEN_BYTES_MAX, reason === 'token_too_large');
    if (reason === 'token_too_large') return;
    const signed = await signatureFault(id_token);
    let opened;
    try {
      opened = open(id_token);
    } catch {
      return assert.ok(reason === 'claims_malformed' || reason === 'header_malformed', `${reason}: it cannot be read`);
    }
    if (reason === 'header_malformed') return assert.match(opened.headerText, /"alg".*"alg"/);
    if (Array.isArray(opened.claims) || opened.payloadText.includes('\ufffd')) return assert.equal(reason, 'claims_malformed');
    const broken = brokenClaims(opened, { nonce, code, access_token });
    if (reason === 'signature_wrong') assert.equal(signed, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    else if (reason === 'key_unknown') assert.equal(signed, 'ERR_JWKS_NO_MATCHING_KEY');
    else if (!['algorithm_refused', 'critical_header', 'key_id_missing'].includes(reason)) assert.equal(signed, null, 'signed rightly');
    const [, member] = /\((jwk|jku|x5u)\)/.exec(name) ?? [];
    if (member) assert.ok(member in opened.header);
    const header = ['signature_wrong', 'key_unknown'].includes(reason);
    assert.deepEqual(broken, name === 'the access token instead' ? ['access_token_hash_differs'] : header ? [] : [reason]);
  }));
}

for (const [name, behaviour] of Object.entries(RIGHT_ANSWERS)) {
  test(`right: ${name}`, () => behaving(behaviour, async () => {
    const { token, nonce, code } = await logIn();
    const { id_token, access_token, token_type } = await token.json();
    assert.deepEqual(brokenClaims(open(id_token), { nonce, code, access_token }), []);
    assert.equal(await signatureFault(id_token), null);
    assert.equal(token_type.toLowerCase(), 'bearer');
    const well = await behaving({}, () => logIn()).then(async (one) => open((await one.token.json()).id_token));
    const seen = open(id_token);
    const changed = JSON.stringify([Object.keys(seen.header), Object.entries(seen.claims).filter(([key]) => !/hash|nonce/.test(key))])
      !== JSON.stringify([Object.keys(well.header), Object.entries(well.claims).filter(([key]) => !/hash|nonce/.test(key))]);
    assert.ok(changed || 'at_hash' in seen.claims === false || /token type|charset/.test(name), 'it is not what is always sent');
  }));
}

/** One answer as it comes, without following redirects. */
const plain = (path) => fetch(issuer.url + path, { redirect: 'manual' });
const WHERE = [
  ['token', TOKEN_ANSWERS, async () => (await logIn()).token],
  ['keys', KEY_ANSWERS, () => plain('/keys')],
  ['discovery', DISCOVERY_ANSWERS, () => plain('/.well-known/openid-configuration')],
];
for (const [where, defects, ask] of WHERE) {
  test(`each wrong answer of ${where} is what its name says`, async () => {
    const proofs = {
      redirects: (got) => got.status === 307 && got.location.endsWith('/evil'),
      'redirects as a GET': (got) => got.status === 302 && got.location.endsWith('/evil'),
      'is HTML': (got) => got.type === 'text/html' && got.text.startsWith('<'),
      'says that it is HTML': (got) => got.type === 'text/html' && JSON.parse(got.text),
      'is cut': (got) => got.text.startsWith('{') && !got.text.endsWith('}}') && assert.throws(() => JSON.parse(got.text)) === undefined,
      'is a list': (got) => Array.isArray(JSON.parse(got.text)),
      'is empty': (got) => got.status === 200 && got.text === '',
      'is huge': (got) => got.text.length > ANSWER_BYTES_MAX && JSON.parse(got.text),
      'is an error of the server': (got) => got.status === 500,
    };
    assert.deepEqual(Object.keys(proofs).sort(), Object.keys(defects).sort());
    for (const [name, behaviour] of Object.entries(defects)) {
      const got = await behaving(behaviour, async () => {
        const response = await ask();
        return { status: response.status, type: response.headers.get('content-type'), location: response.headers.get('location'), text: await response.text() };
      });
      assert.ok(proofs[name](got), `${name}: ${JSON.stringify(got).slice(0, 200)}`);
    }
    assert.equal((await ask()).status, 200, 'well again');
  });
}

test('wrong answers of the token endpoint', async () => {
  const proofs = {
    'no ID token': (body) => !('id_token' in body),
    'an ID token that is a number': (body) => body.id_token === 7,
    'no access token': (body) => !('access_token' in body) && text(body.id_token),
    'a token type that is not Bearer': (body) => body.token_type === 'mac',
    'no token type': (body) => !('token_type' in body),
    'an ID token twice': (_, raw) => raw.split('"id_token"').length === 3,
    'an error with status 200': (body, _, status) => body.error === 'invalid_grant' && status === 200,
    'a refusal': (body, _, status) => body.error === 'invalid_grant' && status === 400,
  };
  assert.deepEqual(Object.keys(proofs).sort(), Object.keys(TOKEN_ANSWER_DEFECTS).sort());
  for (const [name, [behaviour]] of Object.entries(TOKEN_ANSWER_DEFECTS)) {
    const { token } = await behaving(behaviour, () => logIn());
    const raw = await token.text();
    assert.ok(proofs[name](JSON.parse(raw), raw, token.status), `${name}: ${raw}`);
  }
});

test('sets of keys that must not be used', async () => {
  const proofs = {
    'RSA of 1024 bits': ([key]) => Buffer.from(key.n, 'base64url').length === 128,
    'a key for encryption': (keys) => keys.length > 0 && keys.every(({ use }) => use === 'enc'),
    'a secret key': ([key]) => key.kty === 'oct',
    'no keys': (keys) => keys.length === 0,
  };
  assert.deepEqual(Object.keys(proofs).sort(), Object.keys(KEY_DEFECTS).sort());
  for (const [name, [behaviour]] of Object.entries(KEY_DEFECTS)) {
    await behaving(behaviour, async () => {
      const { keys } = await (await plain('/keys')).json();
      assert.ok(proofs[name](keys), name);
      const { id_token } = await (await logIn()).token.json();
      if (name !== 'a key for encryption' && name !== 'no keys') assert.equal(open(id_token).header.kid, keys[0].kid);
    });
  }
});

test('a replay is the token of an earlier login', async () => {
  const [first, second] = await behaving(replay(), async () => [await logIn(), await logIn()]);
  const [one, other] = [await first.token.json(), await second.token.json()];
  assert.deepEqual(one, other);
  assert.notEqual(open(other.id_token).claims.nonce, second.nonce);
});

test('it is silent, away and back, changes its keys and its clock', async () => {
  await behaving({ discovery: () => answer('', { silent: true }) }, async () => {
    const stop = AbortSignal.timeout(300);
    await assert.rejects(fetch(`${issuer.url}/.well-known/openid-configuration`, { signal: stop }), { name: 'TimeoutError' });
  });
  const { key } = issuer;
  await issuer.stop();
  await assert.rejects(plain('/keys'));
  await issuer.resume();
  const set = async () => (await (await plain('/keys')).json()).keys.map(({ kid }) => kid);
  assert.ok((await set()).includes(key.kid));
  const next = issuer.rotate();
  assert.ok((await set()).includes(key.kid) && (await set()).includes(next.kid));
  issuer.rotate({ drop: true });
  assert.equal((await set()).length, 1);
  issuer.clockSeconds = -600;
  const { claims } = open((await (await logIn()).token.json()).id_token);
  issuer.clockSeconds = 0;
  assert.ok(Math.abs(claims.iat + 600 - issuer.now()) < 10 && claims.exp === claims.iat + 600);
  assert.ok(issuer.count('/keys') > 3 && issuer.count('/nothing') === 0);
  assert.deepEqual(issuer.complaints, []);
});
