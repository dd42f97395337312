// Who asks: assertions for tokens, tokens, and V4 signed URLs, each checked as Google's documentation says.
import { createHash, createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto';

const WEEK_S = 604_800;
const SKEW_S = 60;

export class Refused extends Error {
  constructor(status, message, reason = 'invalid') {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** A made-up service account: its key file, and what a verifier needs of it. */
export function makeAccount(tokenUrl, email = 'reprise-test@project.iam.gserviceaccount.com') {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    type: 'service_account',
    client_email: email,
    private_key_id: randomUUID(),
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: tokenUrl,
  };
}

export class Identity {
  #tokens = new Map();
  #account;
  #publicKey;
  constructor(account, now) {
    this.#account = account;
    this.#publicKey = createPublicKey(account.private_key);
    this.now = now; // milliseconds
    this.given = 0;
    this.tokenSeconds = 3600;
  }

  newToken(scopes) {
    const token = `fake-token-${++this.given}-${randomUUID()}`;
    this.#tokens.set(token, { until: this.now() + this.tokenSeconds * 1000, scopes });
    return { access_token: token, expires_in: this.tokenSeconds, token_type: 'Bearer' };
  }

  /** RFC 7523, as Google's token endpoint takes it. */
  exchange(form) {
    const grant = new URLSearchParams(form);
    if (grant.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') throw new Refused(400, 'unsupported_grant_type');
    const parts = (grant.get('assertion') ?? '').split('.');
    if (parts.length !== 3 || parts.some((part) => !/^[\w-]+$/.test(part))) throw new Refused(400, 'invalid_grant');
    const [head, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    const now = this.now() / 1000;
    const fine =
      head.alg === 'RS256' &&
      head.typ === 'JWT' &&
      head.kid === this.#account.private_key_id &&
      verify('RSA-SHA256', Buffer.from(parts.slice(0, 2).join('.')), this.#publicKey, Buffer.from(parts[2], 'base64url')) &&
      claims.iss === this.#account.client_email &&
      claims.aud === this.#account.token_uri &&
      claims.iat <= now + SKEW_S &&
      claims.exp > now &&
      claims.exp - claims.iat <= 3600 &&
      typeof claims.scope === 'string';
    if (!fine) throw new Refused(400, 'invalid_grant: Invalid JWT Signature.');
    return this.newToken(claims.scope.split(' '));
  }

  forget() {
    this.#tokens.clear();
  }

  /** The scopes of the request's token. */
  authorize(headers) {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    const known = this.#tokens.get(token);
    if (!known || known.until <= this.now()) throw new Refused(401, 'Invalid Credentials', 'authError');
    return known.scopes;
  }

  /** A V4 signed request (cloud.google.com/storage/docs/authentication/canonical-requests). */
  authorizeSigned(method, url, headers) {
    const query = [...url.searchParams.entries()];
    const value = (name) => url.searchParams.get(name) ?? '';
    const names = value('X-Goog-SignedHeaders').split(';');
    const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(value('X-Goog-Date')) ?? [];
    const lives = Number(value('X-Goog-Expires'));
    if (value('X-Goog-Algorithm') !== 'GOOG4-RSA-SHA256' || !date) throw new Refused(400, 'InvalidArgument');
    if (!Number.isInteger(lives) || lives < 1 || lives > WEEK_S) throw new Refused(400, 'InvalidArgument');
    const scope = `${date}/auto/storage/goog4_request`;
    if (value('X-Goog-Credential') !== `${this.#account.client_email}/${scope}`) throw new Refused(403, 'SignatureDoesNotMatch');
    const began = Date.parse(`${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
    if (this.now() > began + lives * 1000) throw new Refused(400, 'ExpiredToken');
    if (began > this.now() + 15 * 60_000) throw new Refused(403, 'AccessDenied: the URL begins in the future');
    const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-goog-') && !names.includes(name));
    if (unsigned.length > 0 || !names.includes('host')) throw new Refused(403, `SignatureDoesNotMatch: unsigned ${unsigned}`);
    const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    const canonicalQuery = query
      .filter(([name]) => name.toLowerCase() !== 'x-goog-signature')
      .map(([name, text]) => `${encode(name)}=${encode(text)}`)
      .sort((a, b) => (a < b ? -1 : 1))
      .join('&');
    const block = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/[ \t]+/g, ' ')}\n`).join('');
    const payload = headers['x-goog-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
    const canonical = [method, url.pathname, canonicalQuery, block, names.join(';'), payload].join('\n');
    const toSign = ['GOOG4-RSA-SHA256', `${date}T${time}Z`, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
    const signature = Buffer.from(value('X-Goog-Signature') || value('x-goog-signature'), 'hex');
    if (!verify('RSA-SHA256', Buffer.from(toSign), this.#publicKey, signature)) throw new Refused(403, 'SignatureDoesNotMatch');
  }
}
