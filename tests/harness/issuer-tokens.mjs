// JSON web tokens for the test issuer, made by hand, so that each of their parts can be made wrong. `jose` checks them in
// tests/contract/issuer.test.mjs.
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

/** A key pair under a name of its own: RSA of `bits` for RS256, or P-256 for ES256. */
export function makeKey({ alg = 'RS256', bits = 2048 } = {}) {
  const pair = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: bits });
  return { alg, kid: randomBytes(20).toString('hex'), ...pair };
}

/** What stands in the key set for it. */
export const publicJwk = ({ publicKey, kid, alg }) => ({ use: 'sig', kid, alg, ...publicKey.export({ format: 'jwk' }) });

/** Signs `input` with a key of `makeKey`, as RFC 7518 3.3 and 3.4 say. */
const signature = ({ alg, privateKey }, input) =>
  sign('sha256', Buffer.from(input), alg === 'ES256' ? { key: privateKey, dsaEncoding: 'ieee-p1363' } : privateKey);

/** The right way to sign: with the issuer's own key. */
export const signWith = (key) => (input) => base64url(signature(key, input));

/** HS256 with any bytes as the secret. */
export const hmacWith = (secret) => (input) => createHmac('sha256', secret).update(input).digest('base64url');

/** Left half of SHA-256, for `at_hash` and `c_hash` (OpenID Connect Core 3.1.3.6). */
export const halfHash = (text) => base64url(createHash('sha256').update(text).digest().subarray(0, 16));

/** A `sub` of Dex's shape: base64url of a protobuf message {1: user, 2: connector}. */
export function dexSubject(user, connector = 'local') {
  const field = (number, text) => Buffer.concat([Buffer.from([number * 8 + 2, Buffer.byteLength(text)]), Buffer.from(text)]);
  return base64url(Buffer.concat([field(1, user), field(2, connector)]));
}

/** header.payload.signature; the texts are given as they shall stand in the token. */
export function compact(headerText, payloadText, signer) {
  const input = `${base64url(headerText)}.${base64url(payloadText)}`;
  return `${input}.${signer(input)}`;
}

/** The parts of a token that somebody got, without any check: {header, claims, headerText, payloadText}. */
export function open(token) {
  const [headerText, payloadText] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return { header: JSON.parse(headerText), claims: JSON.parse(payloadText), headerText, payloadText };
}
