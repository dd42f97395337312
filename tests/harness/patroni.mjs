// PostgreSQL with high availability: Patroni with two servers, of which one is a synchronous standby, etcd, and HAProxy
// in front, which sends connections to the leader. All on ports of 127.0.0.1.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './nginx.mjs';
import { eventually } from './programs.mjs';

const execute = promisify(execFile);
const kPrograms = ['/usr/bin/etcd', '/usr/bin/patroni', '/usr/sbin/haproxy'];
/** PostgreSQL refuses root. */
const kAs = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
/** A cluster answers within this; a machine with two busy cores makes two servers for it. */
const kUpWithinMs = 120_000;

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
    return `scope: reprise
name: n${node}
restapi: {listen: 127.0.0.1:${api}, connect_address: 127.0.0.1:${api}}
etcd3: {hosts: 127.0.0.1:${etcd}}
bootstrap:
  dcs:
    ttl: 10
    loop_wait: 2
    retry_timeout: 3
    maximum_lag_on_failover: 1048576
    synchronous_mode: true
    postgresql: {use_pg_rewind: true, parameters: {synchronous_commit: "on", wal_level: replica, hot_standby: "on", max_connections: 60, shared_buffers: 64MB}}
  initdb: [{encoding: UTF8}, data-checksums, {locale: C.UTF-8}]
  pg_hba: ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
postgresql:
  listen: 127.0.0.1:${port}
  connect_address: 127.0.0.1:${port}
  data_dir: ${this.#folder}/d${node}
  bin_dir: /usr/lib/postgresql/15/bin
  pgpass: ${this.#folder}/pgpass${node}
  authentication: {replication: {username: repl, password: x}, superuser: {username: postgres, password: x}, rewind: {username: rewind, password: x}}
  parameters: {unix_socket_directories: ${this.#folder}}
`;
  }

  #proxy() {
    const { proxy, pg1, pg2, api1, api2 } = this.#ports;
    return `defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
listen leader
  bind 127.0.0.1:${proxy}
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
  server n1 127.0.0.1:${pg1} check port ${api1}
  server n2 127.0.0.1:${pg2} check port ${api2}
`;
  }
}
