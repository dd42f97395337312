// Somebody with a browser, as far as logging in goes: keeps cookies as browsers do, and follows the way to the issuer and back.
import assert from 'node:assert/strict';

/** What browsers demand of a cookie whose name begins with `__Host-` (RFC 6265bis 4.1.3.2). */
const hostPrefixHolds = (attributes) => attributes.has('secure') && attributes.get('path') === '/' && !attributes.has('domain');

/** A cookie of a `Set-Cookie` line: {name, value, attributes}, the names of the attributes in lower case. */
export function parseCookie(line) {
  const [pair, ...rest] = line.split(';').map((part) => part.trim());
  const [name] = pair.split('=', 1);
  const attributes = new Map(rest.map((part) => [part.split('=')[0].toLowerCase(), part.includes('=') ? part.slice(part.indexOf('=') + 1) : '']));
  return { name, value: pair.slice(name.length + 1), attributes };
}

export class Person {
  cookies = new Map();
  /** All `Set-Cookie` lines that came, in order. */
  setCookies = [];

  /** `server`: its URL, the origin of all requests. */
  constructor(server) {
    this.server = server;
  }

  /** A copy that has the same cookies: another tab, or a thief. */
  copy() {
    const other = new Person(this.server);
    other.cookies = new Map(this.cookies);
    return other;
  }

  /** One request; redirects are not followed. `path` may be a whole URL of the server. */
  async fetch(path, { headers = {}, ...init } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, this.server), {
      redirect: 'manual', ...init, headers: { origin: this.server, ...(cookie ? { cookie } : {}), ...headers },
    });
    for (const line of response.headers.getSetCookie()) this.#take(line);
    return response;
  }

  #take(line) {
    this.setCookies.push(line);
    const { name, value, attributes } = parseCookie(line);
    if (name.startsWith('__Host-') && !hostPrefixHolds(attributes)) return;
    const ended = Number(attributes.get('max-age') ?? 1) <= 0 || new Date(attributes.get('expires') ?? '2999-01-01') < new Date();
    if (ended) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  /** As `ask` of `startServer`: sends and reads JSON. */
  async ask(method, path, body, headers = {}) {
    const json = method === 'GET' && body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await this.fetch(path, { method, headers: { ...json, ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined, text, headers: response.headers };
  }

  /** Begins a login; returns the URL of the issuer's page to which the server sends one. */
  async begin(issuerId = 'dex', returnPath = '/') {
    const response = await this.fetch(`/api/auth/${issuerId}/login?return=${encodeURIComponent(returnPath)}`);
    assert.ok([302, 303].includes(response.status), `the login begins with ${response.status}: ${await response.text()}`);
    return new URL(response.headers.get('location'));
  }

  /** Logs in at a test issuer (issuer.mjs) as `as`; returns the URL that leads back, with the code. */
  async atIssuer(authorize, as = 'dev') {
    const url = new URL(authorize);
    url.searchParams.set('person', as);
    const response = await fetch(url, { redirect: 'manual' });
    assert.equal(response.status, 303, `the issuer says: ${await response.clone().text()}`);
    return new URL(response.headers.get('location'));
  }

  /** The whole way; returns the answer to the callback. Redirects back to the app are not followed. */
  async login({ as = 'dev', issuerId = 'dex', returnPath = '/' } = {}) {
    return this.fetch((await this.atIssuer(await this.begin(issuerId, returnPath), as)).href);
  }

  /** Whether the server knows who this is. */
  isLoggedIn = async () => (await this.fetch('/api/me')).status === 200;
}
