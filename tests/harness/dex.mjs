// A real Dex for tests (built from tests/peers/dex by ./dev): people with passwords, in memory or in PostgreSQL.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.mjs';

const program = fileURLToPath(new URL('../../build/peers/dex', import.meta.url));
const START_MS = 60_000;

/** Everybody's password, and its bcrypt hash; Dex refuses a cost below 10. */
export const PASSWORD = 'open sesame';
const HASH = '$2b$10$abcdefghijklmnopqrstuu4SuEsu2LsUrAYUpWQHLMMc4GV5pZTxK';

/** What Dex needs to know of a database of `Postgres` (postgres.mjs), whose URL is postgres://USER@/NAME?host=FOLDER. */
function postgresStorage(url) {
  const [, user, database, host] = /^postgres:\/\/(\w+)@\/(\w+)\?host=(.+)$/.exec(url);
  return { type: 'postgres', config: { host, database, user, ssl: { mode: 'disable' } } };
}

export class Dex {
  #folder = mkdtempSync(join(tmpdir(), 'reprise-dex-'));
  #child = null;
  #log = '';
  secret = randomBytes(24).toString('base64');

  /**
   * `redirectUris` of the one client, `reprise`. `people`: names, or {name, groups, verified}; the e-mail of `anna` is
   * anna@example.test. `database`: the URL of an empty database; without one everything is in memory, and a restart forgets the
   * keys. `consent`: true shows the page that asks for it. `authRequests`: how long a person may take, as Go's durations.
   */
  static async start({ redirectUris, people = ['dev'], database, consent = false, authRequests = '10m', host = '127.0.0.1', port } = {}) {
    assert.ok(existsSync(program), 'Dex is not built: ./dev test builds it');
    const dex = new Dex();
    dex.port = port ?? await freePort();
    dex.issuer = `http://${host}:${dex.port}/dex`;
    const config = {
      issuer: dex.issuer,
      storage: database ? postgresStorage(database) : { type: 'memory' },
      web: { http: `127.0.0.1:${dex.port}` },
      oauth2: { grantTypes: ['authorization_code', 'refresh_token'], responseTypes: ['code'], skipApprovalScreen: !consent },
      expiry: { idTokens: '10m', authRequests },
      staticClients: [{ id: 'reprise', name: 'Reprise', secretEnv: 'DEX_CLIENT_SECRET', redirectURIs: redirectUris }],
      enablePasswordDB: true,
      staticPasswords: people.map((one) => (typeof one === 'string' ? { name: one } : one)).map(({ name, groups = [], verified = true }) => ({
        email: `${name}@example.test`, username: name, userID: `${name}-id`, hashFromEnv: 'DEX_PASSWORD_HASH', emailVerified: verified, groups,
      })),
    };
    // JSON is YAML.
    writeFileSync(join(dex.#folder, 'config.yaml'), JSON.stringify(config, null, 2));
    await dex.resume();
    return dex;
  }

  get log() {
    return this.#log;
  }

  /** Starts it again after `stop`. */
  async resume() {
    // Dex starts with an empty secret, without a word, when the variable is missing.
    const env = { PATH: process.env.PATH, DEX_CLIENT_SECRET: this.secret, DEX_PASSWORD_HASH: HASH };
    this.#child = spawn(program, ['serve', join(this.#folder, 'config.yaml')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of ['stdout', 'stderr']) this.#child[stream].on('data', (data) => (this.#log += data));
    const until = Date.now() + START_MS;
    for (;;) {
      const answered = await fetch(`http://127.0.0.1:${this.port}/dex/healthz`).then(({ ok }) => ok, () => false);
      if (answered) return;
      assert.ok(this.#child.exitCode === null && Date.now() < until, `Dex did not start:\n${this.#log}`);
      await sleep(50);
    }
  }

  async stop() {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  /** Stops it and removes what it wrote. */
  async remove() {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * Goes through its login form, as a browser would; returns {status, location}: where it leads back with the code, or null with
   * the status of the page that is shown instead.
   */
  logIn(authorize, name, password = PASSWORD) {
    const base = `http://127.0.0.1:${this.port}`;
    const own = (url) => new URL(url, base).href.replace(new URL(this.issuer).origin, base);
    return throughDex(own(authorize), base, `${name}@example.test`, password, own);
  }
}

/** Goes through the login form of the Dex at `base`/dex; as `Dex.logIn`. `own` changes addresses that cannot be reached as they are. */
export async function throughDex(authorize, base, login, password, own = (url) => new URL(url, base).href) {
  let page = await fetch(authorize, { redirect: 'follow' });
  const action = /<form method="post" action="([^"]*)"/.exec(await page.text())?.[1].replaceAll('&amp;', '&');
  if (!action) return { status: page.status, location: null };
  page = await fetch(own(action), { method: 'POST', redirect: 'manual', body: new URLSearchParams({ login, password }) });
  while ([302, 303].includes(page.status)) {
    const location = new URL(page.headers.get('location'), base);
    if (!location.pathname.startsWith('/dex/')) return { status: page.status, location };
    page = await fetch(own(location), { redirect: 'manual' });
  }
  return { status: page.status, location: null };
}
