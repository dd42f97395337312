// How an issuer can misbehave, one mistake at a time. Each defect: what it changes (see RIGHT in issuer.mjs), and the reason that our
// server must log (`Fault` in server/domain/login/fault.hpp). tests/contract/issuer.test.mjs proves that each is in the answer,
// tests/integration/login-defects.test.mjs that our server refuses it.
import { randomBytes } from 'node:crypto';
import { answer } from './issuer.mjs';
import { base64url, halfHash, hmacWith, makeKey, publicJwk, signWith } from './issuer-tokens.mjs';

const HOUR = 3600;
export const TOKEN_BYTES_MAX = 16 * 1024;   // of an ID token
export const ANSWER_BYTES_MAX = 1024 * 1024;

/** Claims replaced by those that `changes` gives; undefined removes one. */
const claims = (changes) => ({ claims: (right, grant, issuer) => ({ ...right, ...changes(right, grant, issuer) }) });
const header = (changes) => ({ header: (right, issuer) => ({ ...right, ...changes(right, issuer) }) });
const unsigned = { signer: () => () => '' };
const stranger = makeKey();
const short = makeKey({ bits: 1024 });
/** Signed by a key that is not in the set. */
const bySomebody = { signer: () => signWith(stranger) };
/** The finished token with its parts changed. */
const parts = (change) => ({ idToken: (token) => change(token.split('.')).join('.') });

/** The last character of base64url of 256 bytes carries four bits that mean nothing: sets one of them. */
function withStrayBits(part) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)) | 1];
}

export const CLAIM_DEFECTS = {
  'iss of somebody else': [claims(() => ({ iss: 'https://issuer.example' })), 'issuer_differs'],
  'iss with a slash more': [claims(({ iss }) => ({ iss: `${iss}/` })), 'issuer_differs'],
  'iss in capitals': [claims(({ iss }) => ({ iss: iss.replace('http', 'HTTP') })), 'issuer_differs'],
  'no iss': [claims(() => ({ iss: undefined })), 'issuer_differs'],
  'aud of another client': [claims(() => ({ aud: 'another' })), 'audience_differs'],
  'aud a list without us': [claims(() => ({ aud: ['another', 'third'] })), 'audience_differs'],
  'aud an empty list': [claims(() => ({ aud: [] })), 'audience_differs'],
  'no aud': [claims(() => ({ aud: undefined })), 'audience_differs'],
  'aud that begins like ours': [claims(({ aud }) => ({ aud: `${aud}x` })), 'audience_differs'],
  'one audience more': [claims(({ aud }) => ({ aud: [aud, 'another'], azp: aud })), 'audience_untrusted'],
  'one audience more, without azp': [claims(({ aud }) => ({ aud: [aud, 'another'] })), 'authorized_party_differs'],
  'azp of another client': [claims(() => ({ azp: 'another' })), 'authorized_party_differs'],
  'azp a list': [claims(({ aud }) => ({ azp: [aud] })), 'authorized_party_differs'],
  'aud an object': [claims(({ aud }) => ({ aud: { [aud]: aud } })), 'audience_differs'],
  'no nonce': [claims(() => ({ nonce: undefined })), 'nonce_differs'],
  'another nonce': [claims(() => ({ nonce: base64url(randomBytes(32)) })), 'nonce_differs'],
  'an empty nonce': [claims(() => ({ nonce: '' })), 'nonce_differs'],
  'at_hash of another token': [claims(() => ({ at_hash: halfHash('another') })), 'access_token_hash_differs'],
  'at_hash null': [claims(() => ({ at_hash: null })), 'access_token_hash_differs'],
  'at_hash empty': [claims(() => ({ at_hash: '' })), 'access_token_hash_differs'],
  'c_hash of another code': [claims(() => ({ c_hash: halfHash('another') })), 'code_hash_differs'],
  'expired an hour ago': [claims(({ iat }) => ({ exp: iat - HOUR })), 'expired'],
  'expired two minutes ago': [claims(({ iat }) => ({ iat: iat - 300, exp: iat - 120 })), 'expired'],
  'no exp': [claims(() => ({ exp: undefined })), 'expiry_missing'],
  'exp a string': [claims(({ exp }) => ({ exp: String(exp) })), 'claims_malformed'],
  'exp a date': [claims(({ exp }) => ({ exp: new Date(exp * 1000).toISOString() })), 'claims_malformed'],
  'exp below zero': [claims(() => ({ exp: -1 })), 'claims_malformed'],
  'iat an hour ahead': [claims(({ iat }) => ({ iat: iat + HOUR, exp: iat + 2 * HOUR })), 'issued_in_future'],
  'iat two minutes ahead': [claims(({ iat }) => ({ iat: iat + 120 })), 'issued_in_future'],
  'iat an hour ago': [claims(({ iat }) => ({ iat: iat - HOUR })), 'issued_long_ago'],
  'iat twelve minutes ago': [claims(({ iat }) => ({ iat: iat - 720 })), 'issued_long_ago'],
  'iat a string': [claims(({ iat }) => ({ iat: String(iat) })), 'claims_malformed'],
  'no iat': [claims(() => ({ iat: undefined })), 'issued_at_missing'],
  'nbf a string': [claims(({ iat }) => ({ nbf: String(iat) })), 'claims_malformed'],
  'nbf an hour ahead': [claims(({ iat }) => ({ nbf: iat + HOUR })), 'not_yet_valid'],
  'no sub': [claims(() => ({ sub: undefined })), 'subject_malformed'],
  'an empty sub': [claims(() => ({ sub: '' })), 'subject_malformed'],
  'sub of 256 bytes': [claims(() => ({ sub: 'ä'.repeat(128) })), 'subject_malformed'],
  'sub a number': [claims(() => ({ sub: 7 })), 'claims_malformed'],
  'sub twice': [{ payloadText: (text) => text.replace('{', '{"sub":"another",') }, 'claims_malformed'],
  'claims in a list': [{ payloadText: (text) => `[${text}]` }, 'claims_malformed'],
  'claims that are cut': [{ payloadText: (text) => text.slice(0, -1) }, 'claims_malformed'],
  'claims of bytes that are no UTF-8': [{ payloadText: (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"name":"\xff"}', 'latin1')]) }, 'claims_malformed'],
  'claims of four thousand lists': [{ payloadText: (text) => text.replace('{', `{"deep":${'['.repeat(4000)}${']'.repeat(4000)},`) }, 'claims_malformed'],
};

export const SIGNATURE_DEFECTS = {
  'alg none': [{ ...header(() => ({ alg: 'none' })), ...unsigned }, 'algorithm_refused'],
  'alg nOnE': [{ ...header(() => ({ alg: 'nOnE' })), ...unsigned }, 'algorithm_refused'],
  'alg none with the right signature': [header(() => ({ alg: 'none' })), 'algorithm_refused'],
  'no alg': [header(() => ({ alg: undefined })), 'algorithm_refused'],
  'HS256 with the public key': [
    { ...header(() => ({ alg: 'HS256' })), signer: (_, issuer) => hmacWith(issuer.key.publicKey.export({ type: 'spki', format: 'pem' })) },
    'algorithm_refused',
  ],
  'HS256 with the client secret': [
    { ...header(() => ({ alg: 'HS256' })), signer: (_, issuer) => hmacWith([...issuer.clients.values()][0].secret) },
    'algorithm_refused',
  ],
  RS512: [header(() => ({ alg: 'RS512' })), 'algorithm_refused'],
  'ES256 with the name of an RSA key': [
    { ...header(() => ({ alg: 'ES256' })), signer: () => signWith(makeKey({ alg: 'ES256' })) },
    'key_unknown',
  ],
  'no signature': [unsigned, 'signature_wrong'],
  'a key that is not in the set': [{ ...header(() => ({ kid: stranger.kid })), ...bySomebody }, 'key_unknown'],
  'another key with the right name': [bySomebody, 'signature_wrong'],
  'its own key in the header (jwk)': [{ ...header(() => ({ jwk: publicJwk(stranger) })), ...bySomebody }, 'signature_wrong'],
  'a place for its key in the header (jku)': [
    { ...header((_, issuer) => ({ kid: stranger.kid, jku: `${issuer.url}/evil-keys` })), ...bySomebody },
    'key_unknown',
  ],
  'a place for its certificate in the header (x5u)': [
    { ...header((_, issuer) => ({ kid: stranger.kid, x5u: `${issuer.url}/evil-keys` })), ...bySomebody },
    'key_unknown',
  ],
  'no kid': [header(() => ({ kid: undefined })), 'key_id_missing'],
  'a critical header': [header(() => ({ crit: ['exp'], exp: 1 })), 'critical_header'],
  'an empty list of critical headers': [header(() => ({ crit: [] })), 'critical_header'],
  'the type of an access token': [header(() => ({ typ: 'at+jwt' })), 'type_refused'],
  'claims changed after the signature': [
    parts(([head, payload, signature]) => [head, base64url(Buffer.from(payload, 'base64url').toString().replace('"name":"dev"', '"name":"root"')), signature]),
    'signature_wrong',
  ],
  'alg twice in the header': [{ headerText: (text) => text.replace('{', '{"alg":"none",') }, 'header_malformed'],
  'a header that is no JSON': [{ headerText: () => 'RS256' }, 'header_malformed'],
};

export const FORM_DEFECTS = {
  'two parts': [parts(([head, payload]) => [head, payload]), 'token_malformed'],
  'four parts': [parts((three) => [...three, 'AAAA']), 'token_malformed'],
  'a padded part': [parts(([head, payload, signature]) => [head, payload, `${signature}==`]), 'token_malformed'],
  'stray bits at the end of a part': [parts(([head, payload, signature]) => [head, payload, withStrayBits(signature)]), 'token_malformed'],
  'a line break in a part': [parts(([head, payload, signature]) => [head, payload, `${signature}\n`]), 'token_malformed'],
  'a blank before it': [{ idToken: (token) => ` ${token}` }, 'token_malformed'],
  'more than 16 kB': [claims(() => ({ more: 'x'.repeat(TOKEN_BYTES_MAX) })), 'token_too_large'],
  'the access token instead': [{ idToken: (_, { access_token }) => access_token }, 'access_token_hash_differs'],
  'the text null': [{ idToken: () => 'null' }, 'token_malformed'],
};

const changedAnswer = (changes) => ({ token: (body, issuer) => answer({ ...body, ...changes(body, issuer) }) });
/** What every one of the issuer's answers to the server may suffer; `where` is a place of RIGHT. */
const answerDefects = (where) => ({
  redirects: { [where]: (body, issuer) => answer(body, { status: 307, headers: { location: `${issuer.url}/evil` } }) },
  'redirects as a GET': { [where]: (body, issuer) => answer(body, { status: 302, headers: { location: `${issuer.url}/evil` } }) },
  'is HTML': { [where]: () => answer('<!doctype html><title>Log in</title>', { type: 'text/html' }) },
  'says that it is HTML': { [where]: (body) => answer(body, { type: 'text/html' }) },
  'is cut': { [where]: (body) => answer(JSON.stringify(body).slice(0, -1)) },
  'is a list': { [where]: (body) => answer([body]) },
  'is empty': { [where]: () => answer('') },
  'is huge': { [where]: (body) => answer({ more: 'x'.repeat(ANSWER_BYTES_MAX), ...body }) },
  'is an error of the server': { [where]: (body) => answer(body, { status: 500 }) },
});
export const TOKEN_ANSWERS = answerDefects('token');
export const KEY_ANSWERS = answerDefects('keys');
export const DISCOVERY_ANSWERS = answerDefects('discovery');

export const TOKEN_ANSWER_DEFECTS = {
  'no ID token': [changedAnswer(() => ({ id_token: undefined })), 'token_answer_malformed'],
  'an ID token that is a number': [changedAnswer(() => ({ id_token: 7 })), 'token_answer_malformed'],
  'no access token': [changedAnswer(() => ({ access_token: undefined })), 'token_answer_malformed'],
  'a token type that is not Bearer': [changedAnswer(() => ({ token_type: 'mac' })), 'token_type_unknown'],
  'no token type': [changedAnswer(() => ({ token_type: undefined })), 'token_type_unknown'],
  'an ID token twice': [
    { token: (body) => answer(JSON.stringify(body).replace('{', '{"id_token":"a.b.c",')) },
    'token_answer_malformed',
  ],
  'an error with status 200': [{ token: () => answer({ error: 'invalid_grant' }) }, 'token_answer_malformed'],
  'a refusal': [{ token: () => answer({ error: 'invalid_grant', error_description: 'No.' }, { status: 400 }) }, 'token_request_refused'],
};

/** What keys a set may hold that must not be used; each signs with the key it names. */
export const KEY_DEFECTS = {
  'RSA of 1024 bits': [
    { keys: () => answer({ keys: [publicJwk(short)] }), ...header(() => ({ kid: short.kid })), signer: () => signWith(short) },
    'key_unknown',
  ],
  'a key for encryption': [{ keys: (set) => answer({ keys: set.keys.map((key) => ({ ...key, use: 'enc' })) }) }, 'key_unknown'],
  'a secret key': [
    {
      keys: () => answer({ keys: [{ kty: 'oct', kid: 'secret', use: 'sig', alg: 'HS256', k: base64url('secret') }] }),
      ...header(() => ({ alg: 'HS256', kid: 'secret' })), signer: () => hmacWith('secret'),
    },
    'algorithm_refused',
  ],
  'no keys': [{ keys: () => answer({ keys: [] }) }, 'key_unknown'],
};

/** Answers that are unusual and right: the login must succeed. */
export const RIGHT_ANSWERS = {
  'aud a list with us alone': claims(({ aud }) => ({ aud: [aud] })),
  'azp ours': claims(({ aud }) => ({ azp: aud })),
  'neither at_hash nor c_hash': claims(() => ({ at_hash: undefined, c_hash: undefined })),
  'typ JWT': header(() => ({ typ: 'JWT' })),
  'its own key in the header, which is the right one (jwk, jku, x5u)': header((_, issuer) => ({
    jwk: publicJwk(issuer.key), jku: `${issuer.url}/evil-keys`, x5u: `${issuer.url}/evil-keys`,
  })),
  'iat half a minute ahead': claims(({ iat }) => ({ iat: iat + 30 })),
  'iat nine minutes ago': claims(({ iat }) => ({ iat: iat - 540 })),
  'expired half a minute ago': claims(({ iat }) => ({ iat: iat - 300, exp: iat - 30 })),
  'nbf half a minute ahead': claims(({ iat }) => ({ nbf: iat + 30 })),
  'sub of 255 bytes': claims(() => ({ sub: 's'.repeat(255) })),
  'no e-mail and no name': claims(() => ({ email: undefined, email_verified: undefined, name: undefined })),
  'a name with markup': claims(() => ({ name: '<img src=x onerror=alert(1)>"\'\u202e\u0007' })),
  'claims that nobody knows': claims(() => ({ extra: { deep: [1, { a: null }] } })),
  'the token type in capitals': changedAnswer(() => ({ token_type: 'BEARER' })),
  'a charset in the content type': { token: (body) => answer(body, { type: 'application/json; charset=utf-8' }) },
};

/** Its tokens are those of an earlier login: a replay. Get the function once and use it for both logins. */
export function replay() {
  let kept;
  return { token: (body) => answer((kept ??= body)) };
}
