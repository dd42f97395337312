// The services of the profile `proxy` as processes, with the files that `prepare` makes for their containers.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Clone } from './clone.mjs';
import { throughDex } from './dex.mjs';
import { Person } from './person.mjs';
import { freePort } from './ports.mjs';
import { binary, cleanEnvironment, root, run } from './programs.mjs';

const DEX = fileURLToPath(new URL('../../build/peers/dex', import.meta.url));
const START_MS = 120_000;
const isRoot = process.getuid() === 0;

export class Stack {
  #processes = new Map();
  clone = new Clone();

  /** All services, ready. */
  static async start() {
    const stack = new Stack();
    try {
      await stack.#configure();
      for (const name of ['db', 'dex', 'emulator', 'app', 'proxy']) stack.run(name);
      await stack.ready();
      return stack;
    } catch (error) {
      await stack.remove();
      throw new Error(`${error.message}\n${stack.log}`);
    }
  }

  async #configure() {
    const { clone } = this;
    const [port, app, ops, dex, emulator] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
    this.ports = { port, app, ops, dex, emulator };
    // As http://auth.localhost, under a name that Node, too, finds without a name server.
    this.origin = `http://localhost:${port}`;
    const setUp = await clone.setUp();
    this.password = /with the password {2}(\w+)/.exec(setUp.text)[1];
    clone.set({ HTTP_PORT: port, PUBLIC_URL: this.origin });
    for (const name of ['data', 'sockets', 'database', 'work']) mkdirSync(clone.path(name));
    writeFileSync(clone.path('resolver.conf'), 'resolver 127.0.0.1;\n');
    const made = await clone.prepare('proxy', {
      CONFIG: clone.path('out', '%s'), DATA_DIR: clone.path('data'), SOCKETS: clone.path('sockets'), RESOLVER_FILE: clone.path('resolver.conf'),
      APP_LISTEN: `127.0.0.1:${app}`, OPS_LISTEN: `127.0.0.1:${ops}`, DEX_LISTEN: `127.0.0.1:${dex}`, REACH_AT: `127.0.0.1:${port}`,
      APP_AT: `127.0.0.1:${app}`, DEX_AT: `127.0.0.1:${dex}`, EMULATOR_AT: `127.0.0.1:${emulator}`,
    });
    assert.equal(made.code, 0, made.text);
    // nginx.conf names places of its container.
    const main = readFileSync(join(root, 'deploy/nginx/nginx.conf'), 'utf8');
    writeFileSync(clone.path('nginx.conf'), main.replaceAll('/tmp/', `${clone.path('work')}/`).replace('/config/', `${clone.path('out/proxy')}/`).replace('/dev/stdout', '/dev/null'));
    if (!isRoot) return;
    // PostgreSQL refuses root, and its files are for one account.
    chmodSync(clone.folder, 0o711);
    execFileSync('chown', ['-R', 'postgres', clone.path('database'), clone.path('sockets'), clone.path('out/database')]);
    chmodSync(clone.path('out'), 0o711);
    chmodSync(clone.path('sockets'), 0o711);
  }

  #commandOf(name) {
    const { clone, ports } = this;
    const config = (service) => clone.path('out', service);
    switch (name) {
      case 'db':
        return [...(isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : []), 'env',
          `POSTGRES_DATA=${clone.path('database/data')}`, `POSTGRES_SOCKETS=${clone.path('sockets')}`, `POSTGRES_CONFIG=${config('database')}`,
          `POSTGRES_TEMPORARY=${clone.path('database')}`, 'sh', join(root, 'deploy/postgres/start.sh')];
      case 'dex': return [DEX, 'serve', join(config('dex'), 'config.yaml')];
      case 'emulator': return [binary('reprise-emulator'), '--listen', `127.0.0.1:${ports.emulator}`];
      case 'app': return [binary('reprise'), 'serve'];
      case 'proxy': return ['/usr/sbin/nginx', '-e', 'stderr', '-c', clone.path('nginx.conf')];
      default: throw new Error(name);
    }
  }

  /** Starts a service, and again when it ends by itself, as Compose does. */
  run(name) {
    const config = (file) => this.clone.path('out/app', file);
    const env = { ...cleanEnvironment(), REPRISE_CONFIG_FILE: config('reprise.conf'), REPRISE_GEMINI_KEY_FILE: config('gemini-key'),
      REPRISE_DATABASE_URL_FILE: config('database-url'), SSL_CERT_FILE: config('authorities.pem') };
    const [command, ...args] = this.#commandOf(name);
    // A group of its own: a container ends as a whole.
    const child = spawn(command, args, { env, cwd: name === 'app' ? config('') : '/', stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const one = { child, log: `${this.#processes.get(name)?.log ?? ''}`, wanted: true };
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (one.log += data));
    child.once('exit', async () => {
      await sleep(100);
      if (one.wanted && this.#processes.get(name) === one) this.run(name);
    });
    this.#processes.set(name, one);
  }

  get log() {
    return [...this.#processes].map(([name, { log }]) => `---- ${name}\n${log.slice(-3000)}`).join('\n');
  }
  logOf = (name) => this.#processes.get(name).log;

  /** Until the server takes requests and Dex answers, through nginx. */
  async ready() {
    const until = Date.now() + START_MS;
    const fine = (path) => fetch(this.origin + path).then(({ status }) => status === 200, () => false);
    while (!(await fine('/readyz') && await fine('/dex/healthz'))) {
      assert.ok(Date.now() < until, 'the services are not ready');
      await sleep(50);
    }
  }

  /** Ends a service with a signal and does not start it again. */
  async stop(name, signal = 'SIGTERM') {
    const one = this.#processes.get(name);
    one.wanted = false;
    if (one.child.exitCode !== null || one.child.signalCode !== null) return;
    process.kill(signal === 'SIGKILL' ? -one.child.pid : one.child.pid, signal);
    await once(one.child, 'exit');
  }

  /** As the health check of the app's container. */
  health = () => run('reprise', ['health'], { REPRISE_CONFIG_FILE: this.clone.path('out/app/reprise.conf') });

  person = () => new Person(this.origin);
  /** Somebody who logs in by Dex's form. */
  async loggedIn() {
    const person = this.person();
    const back = await throughDex((await person.begin()).href, this.origin, 'dev@example.test', this.password);
    assert.ok(back.location, `Dex shows a page with ${back.status}`);
    await person.fetch(back.location.href);
    return person;
  }

  async remove() {
    for (const name of ['proxy', 'app', 'emulator', 'dex', 'db']) {
      if (this.#processes.has(name)) await this.stop(name, name === 'db' ? 'SIGINT' : 'SIGTERM');
    }
    this.clone.remove();
  }
}
