// An OpenID Connect issuer of Dex's shape (path in the issuer, no `iss` in the callback, protobuf in `sub`) that logs people
// in without asking, and misbehaves as a test says (issuer-defects.mjs). What a client sends is checked strictly.
// tests/contract/issuer.test.mjs proves it with certified clients.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { compact, dexSubject, halfHash, makeKey, publicJwk, signWith } from './issuer-tokens.mjs';
import { freePort } from './ports.mjs';

const TOKEN_SECONDS = 600;

/** An answer of the issuer. `silent`: none comes, ever. */
export const answer = (body, more = {}) => ({ status: 200, type: 'application/json', headers: {}, body, silent: false, ...more });
const refusal = (error, description, status = 400) => answer({ error, error_description: description }, { status });

/**
 * What a defect may replace. Each gets what a right issuer would send, and the issuer; returns what is sent instead.
 * `grant` is what was asked and granted: {client_id, redirect_uri, nonce, person, code, access_token ...}.
 */
const RIGHT = {
  discovery: (document) => answer(document),
  keys: (set) => answer(set),
  /** Parameters of the way back to the client. */
  callback: (parameters) => parameters,
  header: (header) => header,
  claims: (claims) => claims,
  headerText: (text) => text,
  payloadText: (text) => text,
  /** Makes the signature over header and payload. */
  signer: (right) => right,
  idToken: (token) => token,
  token: (body) => answer(body),
};

export class Issuer {
  /** Everything that was asked, in order: {method, path, query, headers, form}. */
  asked = [];
  /** What clients did wrong, in sentences; a test that ends with some has found a mistake of the client. */
  complaints = [];
  /** Seconds by which its clock is ahead. */
  clockSeconds = 0;
  clients = new Map();
  /** Who logs in when the request names nobody by `person=`. */
  person = 'dev';
  #people = new Map();
  #grants = new Map();
  #behaviour = RIGHT;

  /** `path` is the path in the issuer; `issuer` its name, when that shall differ from the address; without `port` a free one. */
  static async start({ path = '/dex', port, issuer, key = makeKey() } = {}) {
    const made = new Issuer();
    made.path = path;
    made.key = key;
    made.keys = [key];
    await made.#listen(port ?? await freePort());
    made.issuer = issuer ?? made.url;
    made.addPerson('dev');
    return made;
  }

  async #listen(port) {
    this.server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => {
        this.complaints.push(`the issuer failed: ${error.stack}`);
        response.writeHead(500).end();
      });
    });
    this.server.listen(port, '127.0.0.1');
    this.server.unref();
    await once(this.server, 'listening');
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}${this.path}`;
  }

  /** Stops listening; `resume` continues on the same port with the same keys. */
  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
  resume = () => this.#listen(this.port);

  addClient({ id = 'reprise', secret = `${randomBytes(24).toString('base64')}+/=:&%`, redirectUris }) {
    const client = { id, secret, redirectUris };
    this.clients.set(id, client);
    return client;
  }

  /** Somebody who can log in. `claims` are added to those of Dex, or replace them; undefined removes one. */
  addPerson(name, claims = {}) {
    const person = { sub: dexSubject(`${name}-id`), email: `${name}@example.test`, email_verified: true, name, groups: [], ...claims };
    this.#people.set(name, person);
    return person;
  }

  /** From now on it behaves so (a defect's functions); without an argument well again. */
  behave(behaviour = {}) {
    for (const name of Object.keys(behaviour)) if (!(name in RIGHT)) throw new Error(`${name} is no behaviour`);
    this.#behaviour = { ...RIGHT, ...behaviour };
  }

  /** A new key signs; the old ones stay in the set unless `drop`. */
  rotate({ drop = false, ...options } = {}) {
    this.key = makeKey(options);
    this.keys = drop ? [this.key] : [...this.keys, this.key];
    return this.key;
  }

  /** How often a path below the issuer was asked, such as `/keys`. */
  count = (path) => this.asked.filter((one) => one.path === this.path + path).length;

  get document() {
    const at = (path) => this.issuer + path;
    return {
      issuer: this.issuer,
      authorization_endpoint: at('/auth'), token_endpoint: at('/token'), jwks_uri: at('/keys'), userinfo_endpoint: at('/userinfo'),
      grant_types_supported: ['authorization_code'], response_types_supported: ['code'], subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'], code_challenge_methods_supported: ['S256', 'plain'],
      scopes_supported: ['openid', 'email', 'groups', 'profile', 'offline_access'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'email', 'email_verified', 'locale', 'name', 'preferred_username', 'at_hash'],
    };
  }

  now = () => Math.floor(Date.now() / 1000) + this.clockSeconds;

  async #serve(request, response) {
    const url = new URL(request.url, this.url);
    let text = '';
    for await (const data of request) text += data;
    const asked = { method: request.method, path: url.pathname, query: url.searchParams, headers: request.headers, form: new URLSearchParams(text) };
    this.asked.push(asked);
    const send = await this.#answerTo(asked);
    if (send.silent) return;
    const body = typeof send.body === 'string' || Buffer.isBuffer(send.body) ? send.body : JSON.stringify(send.body);
    response.writeHead(send.status, { ...(send.type ? { 'content-type': send.type } : {}), 'cache-control': 'no-store', ...send.headers });
    response.end(body);
  }

  #answerTo(asked) {
    const route = `${asked.method} ${asked.path.slice(this.path.length)}`;
    if (!asked.path.startsWith(`${this.path}/`)) return answer('', { status: 404 });
    switch (route) {
      case 'GET /.well-known/openid-configuration': return this.#behaviour.discovery(this.document, this);
      case 'GET /keys': return this.#behaviour.keys({ keys: this.keys.map(publicJwk) }, this);
      case 'GET /auth': return this.#authorize(asked.query);
      case 'POST /token': return this.#token(asked);
      default: return answer('', { status: 404 });
    }
  }

  /** Notes what the client did wrong, and refuses it. */
  #complain(sentence, answered) {
    this.complaints.push(sentence);
    return answered;
  }

  #authorize(query) {
    const client = this.clients.get(query.get('client_id'));
    if (!client) return this.#complain(`unknown client ${query.get('client_id')}`, answer('unknown client', { status: 404, type: 'text/plain' }));
    const redirect_uri = query.get('redirect_uri');
    if (!client.redirectUris.includes(redirect_uri)) {
      return this.#complain(`unregistered redirect_uri ${redirect_uri}`, answer('unregistered redirect_uri', { status: 400, type: 'text/plain' }));
    }
    const wrong = wrongInRequest(query);
    if (wrong) return this.#complain(wrong, answer(wrong, { status: 400, type: 'text/plain' }));
    const person = query.get('person') ?? this.person;
    if (!this.#people.has(person)) throw new Error(`nobody is named ${person}`);
    const code = randomBytes(16).toString('hex');
    const asked = Object.fromEntries(query);
    this.#grants.set(code, { ...asked, client_id: client.id, person: this.#people.get(person), code });
    const parameters = this.#behaviour.callback({ code, state: asked.state }, this);
    const target = new URL(redirect_uri);
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) target.searchParams.set(name, value);
    return answer('', { status: 303, type: 'text/html', headers: { location: target.href } });
  }

  #token({ headers, form }) {
    if (!/^application\/x-www-form-urlencoded(;\s*charset=utf-8)?$/i.test(headers['content-type'])) {
      return this.#complain('the token request is no form', refusal('invalid_request', 'Not a form.'));
    }
    const client = this.#clientOf(headers.authorization);
    if (!client) return this.#complain('wrong client credentials', refusal('invalid_client', 'Invalid client credentials.', 401));
    const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1);
    if (repeated) return this.#complain(`${repeated} comes twice`, refusal('invalid_request', 'A parameter comes twice.'));
    if (form.get('grant_type') !== 'authorization_code') return this.#complain('wrong grant_type', refusal('unsupported_grant_type', ''));
    const grant = this.#grants.get(form.get('code'));
    this.#grants.delete(form.get('code')); // a code is used once, also by a request that is refused
    if (!grant || grant.client_id !== client.id) return refusal('invalid_grant', 'Invalid or expired code parameter.');
    if (grant.redirect_uri !== form.get('redirect_uri')) return this.#complain('another redirect_uri', refusal('invalid_grant', ''));
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (grant.code_challenge !== challenge) return this.#complain('wrong code_verifier', refusal('invalid_grant', ''));
    return this.#grantTokens(grant);
  }

  /** By `client_secret_basic`: id and secret are form-encoded, then joined (RFC 6749 2.3.1). */
  #clientOf(authorization = '') {
    const [scheme, encoded = ''] = authorization.split(' ');
    const text = Buffer.from(encoded, 'base64').toString();
    const colon = text.indexOf(':');
    const decoded = (part) => new URLSearchParams(`x=${part}`).get('x');
    const client = this.clients.get(decoded(text.slice(0, colon)));
    return scheme === 'Basic' && colon > 0 && client?.secret === decoded(text.slice(colon + 1)) ? client : null;
  }

  #grantTokens(grant) {
    const common = { iss: this.issuer, sub: grant.person.sub, aud: grant.client_id, exp: this.now() + TOKEN_SECONDS, iat: this.now(), nonce: grant.nonce };
    const { sub, ...about } = grant.person;
    const key = { alg: this.key.alg, kid: this.key.kid };
    // As Dex's: a token of the same shape, whose `at_hash` fits nothing.
    const access_token = compact(JSON.stringify(key), JSON.stringify({ ...common, at_hash: halfHash(randomBytes(8)) }), signWith(this.key));
    const granted = { ...grant, access_token };
    const { header, claims, headerText, payloadText, signer, idToken, token } = this.#behaviour;
    const right = { ...common, at_hash: halfHash(access_token), c_hash: halfHash(grant.code), ...about };
    const id_token = compact(
      headerText(JSON.stringify(header(key, this))),
      payloadText(JSON.stringify(claims(right, granted, this))),
      signer(signWith(this.key), this),
    );
    return token({ access_token, token_type: 'bearer', expires_in: TOKEN_SECONDS - 1, id_token: idToken(id_token, granted, this) }, this);
  }
}

/** What is wrong in an authorization request, apart from client and redirect; null: nothing. */
function wrongInRequest(query) {
  const repeated = [...query.keys()].find((name) => query.getAll(name).length > 1);
  if (repeated) return `${repeated} comes twice`;
  if (query.get('response_type') !== 'code') return 'response_type is not code';
  if (!query.get('scope')?.split(' ').includes('openid')) return 'scope without openid';
  if (query.get('code_challenge_method') !== 'S256') return 'code_challenge_method is not S256';
  if (!/^[\w-]{43}$/.test(query.get('code_challenge') ?? '')) return 'code_challenge is no SHA-256';
  for (const name of ['state', 'nonce']) if (!/^[\w-]{22,}$/.test(query.get(name) ?? '')) return `${name} has less than 128 bits`;
  return null;
}
