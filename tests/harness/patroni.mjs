// PostgreSQL with high availability: Patroni with two servers, of which one is a synchronous standby, etcd, and HAProxy
// in front, which sends connections to the leader: the files of deploy/patroni. All on ports of 127.0.0.1.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports.mjs';
import { eventually, root } from './programs.mjs';

const execute = promisify(execFile);
const kPrograms = ['/usr/bin/etcd', '/usr/bin/patroni', '/usr/sbin/haproxy'];
/** PostgreSQL refuses root. */
const kAs = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
/** A cluster answers within this; a machine with two busy cores makes two servers for it. */
const kUpWithinMs = 120_000;

/** A file of deploy/patroni with these values. */
function filled(name, values) {
  const text = readFileSync(join(root, 'deploy/patroni', `${name}.template`), 'utf8').replaceAll(/^#.*\n/gm, '');
  return text.replaceAll(/@([A-Z_0-9]+)@/g, (_, key) => {
    if (!(key in values)) throw new Error(`${name} asks for ${key}`);
    return values[key];
  });
}

export class Patroni {
  #folder = mkdtempSync(join(tmpdir(), 'reprise-patroni-'));
  #running = new Map();
  #ports = {};
  #made = 0;

  static missing = () => kPrograms.filter((program) => !existsSync(program));

  /** Returns once there are a leader and a synchronous standby. */
  async start() {
    for (const name of ['etcd', 'peer', 'proxy', 'pg1', 'pg2', 'api1', 'api2']) this.#ports[name] = await freePort();
    this.#write('n1.yml', this.#node(1));
    this.#write('n2.yml', this.#node(2));
    this.#write('haproxy.cfg', this.#proxy());
    if (kAs.length > 0) await execute('chown', ['-R', 'postgres:postgres', this.#folder]);
    const { etcd, peer } = this.#ports;
    this.#run('etcd', kPrograms[0], [
      '--data-dir', join(this.#folder, 'etcd'), '--name', 'e', '--listen-client-urls', `http://127.0.0.1:${etcd}`,
      '--advertise-client-urls', `http://127.0.0.1:${etcd}`, '--listen-peer-urls', `http://127.0.0.1:${peer}`,
      '--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`, '--initial-cluster', `e=http://127.0.0.1:${peer}`,
    ]);
    for (const node of [1, 2]) this.#patroni(node);
    await this.whole();
    this.#run('haproxy', kPrograms[2], ['-db', '-f', join(this.#folder, 'haproxy.cfg')]);
  }

  /** Waits until a leader and a synchronous standby run. */
  whole = () => eventually(() => this.#members(), (members) => ['leader', 'sync_standby'].every((role) => members[role]), kUpWithinMs);

  /** Makes an empty database; returns its URL through HAProxy, and the one that names both servers. */
  async database() {
    const name = `test_${++this.#made}`;
    const { proxy, pg1, pg2 } = this.#ports;
    await eventually(
      () => execute('psql', ['-qX', '-h', '127.0.0.1', '-p', String(proxy), '-U', 'postgres', '-c', `create database ${name}`]).then(() => true, () => false),
      (made) => made,
      kUpWithinMs,
    );
    return {
      proxied: `postgres://postgres@127.0.0.1:${proxy}/${name}`,
      both: `postgres://postgres@127.0.0.1:${pg1},127.0.0.1:${pg2}/${name}`,
    };
  }

  /** Kills all processes of the leader with kill -9; returns what starts it again. */
  async killLeader() {
    const node = (await this.#members()).leader;
    this.#running.get(`n${node}`).kill('SIGKILL');
    const main = Number(readFileSync(join(this.#folder, `d${node}`, 'postmaster.pid'), 'utf8').split('\n')[0]);
    const children = await execute('pgrep', ['-P', String(main)]).then(({ stdout }) => stdout.split('\n').filter(Boolean).map(Number), () => []);
    for (const pid of [main, ...children]) process.kill(pid, 'SIGKILL');
    return () => this.#patroni(node);
  }

  async remove() {
    for (const child of this.#running.values()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    for (const file of readdirSync(this.#folder).filter((name) => /^d\d$/.test(name))) {
      const pid = join(this.#folder, file, 'postmaster.pid');
      if (existsSync(pid)) process.kill(Number(readFileSync(pid, 'utf8').split('\n')[0]), 'SIGQUIT');
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** The log of one of the programs: `etcd`, `n1`, `n2` or `haproxy`. */
  log = (name) => readFileSync(join(this.#folder, `${name}.log`), 'utf8');

  #write = (name, text) => writeFileSync(join(this.#folder, name), text);

  #run(name, program, args) {
    const [command, ...rest] = [...kAs, program, ...args];
    const child = spawn(command, rest, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const file = join(this.#folder, `${name}.log`);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => existsSync(this.#folder) && writeFileSync(file, data, { flag: 'a' }));
    this.#running.set(name, child);
  }

  #patroni = (node) => this.#run(`n${node}`, kPrograms[1], [join(this.#folder, `n${node}.yml`)]);

  /** The number of the server in each role that runs: `leader`, `sync_standby`, `replica`. */
  async #members() {
    for (const api of [this.#ports.api1, this.#ports.api2]) {
      const answer = await fetch(`http://127.0.0.1:${api}/cluster`).then((response) => response.json(), () => null);
      if (!answer) continue;
      const up = answer.members.filter(({ state }) => state === 'running' || state === 'streaming');
      return Object.fromEntries(up.map(({ role, name }) => [role, Number(name.slice(1))]));
    }
    return {};
  }

  #node(node) {
    const { etcd, [`api${node}`]: api, [`pg${node}`]: port } = this.#ports;
    return filled('patroni.yml', {
      NAME: `n${node}`, ADDRESS: '127.0.0.1', API_PORT: api, PORT: port, ETCD: `127.0.0.1:${etcd}`, NETWORK: '127.0.0.1/32', METHOD: 'trust', SHARED_BUFFERS: '64MB',
      DATA_DIR: `${this.#folder}/d${node}`, RUN_DIR: this.#folder, REPLICATION_PASSWORD: 'x', SUPERUSER_PASSWORD: 'x', REWIND_PASSWORD: 'x',
    });
  }

  #proxy() {
    const { proxy, pg1, pg2, api1, api2 } = this.#ports;
    return filled('haproxy.cfg', { LISTEN: `127.0.0.1:${proxy}`, DB1: `127.0.0.1:${pg1}`, DB2: `127.0.0.1:${pg2}`, API_PORT_1: api1, API_PORT_2: api2 });
  }
}
