// A machine with containers for tests: Podman with a store of its own, its socket for Compose, a base image made from Debian's
// packages, and a clone of the working tree beside it. For root only.
import { execFile, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { debian } from './debian.mjs';
import { freePort } from './ports.mjs';
import { cleanEnvironment, root } from './programs.mjs';

const execute = promisify(execFile);
const BASE = 'localhost/base:12';
const SOCKET_MS = 30_000;
/** Where limits of files and processes cannot be raised, runc fails at them; this takes them out. */
const RUNC = `#!/bin/sh
previous= bundle= process=
for word in "$@"; do
  case $previous in --bundle|-b) bundle=$word ;; --process|-p) process=$word ;; esac
  case $word in --bundle=*) bundle=\${word#*=} ;; --process=*) process=\${word#*=} ;; esac
  previous=$word
done
without() { jq "$1" "$2" >"$2.new" && cat "$2.new" >"$2" && rm -f "$2.new"; }
[ -z "$bundle" ] || [ ! -f "$bundle/config.json" ] || without 'del(.process.rlimits)' "$bundle/config.json"
[ -z "$process" ] || [ ! -f "$process" ] || without 'del(.rlimits)' "$process"
exec /usr/sbin/runc "$@"
`;

export class Machine {
  #service = null;
  #kept;
  password = '';

  constructor(kept) {
    this.#kept = kept !== undefined;
    this.folder = kept ?? mkdtempSync(join(tmpdir(), 'reprise-machine-'));
  }

  /** TEST_MACHINE names the folder of one that is kept: its images need not be made again, and it stays. */
  static async start() {
    const machine = new Machine(process.env.TEST_MACHINE);
    try {
      await machine.#clone();
      await machine.#podman();
      if (!machine.#kept) await machine.#base();
      return machine;
    } catch (error) {
      await machine.remove();
      throw error;
    }
  }

  path = (...names) => join(this.folder, ...names);
  get env() {
    return { ...cleanEnvironment(), TMPDIR: this.folder, CONTAINERS_CONF: this.path('containers.conf'), CONTAINERS_STORAGE_CONF: this.path('storage.conf'), DOCKER_HOST: `unix://${this.path('podman.sock')}` };
  }
  /** Runs a program to its end; its output, or an error with all that it said. */
  async run(command, args, options = {}) {
    try {
      const { stdout, stderr } = await execute(command, args, { cwd: this.path('clone'), env: this.env, maxBuffer: 1 << 26, ...options });
      return stdout + stderr;
    } catch (error) {
      throw new Error(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`);
    }
  }
  podman = (...args) => this.run('podman', args);
  script = (name, ...args) => this.run(this.path('clone/scripts', name), args);

  async #clone() {
    const { stdout } = await execute('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 1 << 26 });
    const built = ['build/release/reprise', 'build/release/reprise-emulator', 'build/peers/dex', 'web/dist/licences.json', 'web/dist/licences.txt'];
    for (const name of [...stdout.split('\n').filter(Boolean), ...built]) {
      if (!existsSync(join(root, name))) throw new Error(`${name} is not there: ./dev build and ./dev build dex make what is built`);
      mkdirSync(dirname(this.path('clone', name)), { recursive: true });
      cpSync(join(root, name), this.path('clone', name));
    }
  }

  async #podman() {
    writeFileSync(this.path('runc'), RUNC);
    chmodSync(this.path('runc'), 0o755);
    writeFileSync(this.path('storage.conf'), `[storage]\ndriver="overlay"\nrunroot="${this.path('run')}"\ngraphroot="${this.path('graph')}"\n`);
    writeFileSync(this.path('containers.conf'), `[containers]\nlog_driver="k8s-file"\n[engine]\ncgroup_manager="cgroupfs"\nevents_logger="file"\nruntime="runc"\n`
      + `[engine.runtimes]\nrunc=["${this.path('runc')}"]\n[network]\nnetwork_backend="netavark"\n`);
    rmSync(this.path('podman.sock'), { force: true });
    this.#service = spawn('podman', ['system', 'service', '--time=0', `unix://${this.path('podman.sock')}`], { env: this.env, stdio: 'ignore' });
    const until = Date.now() + SOCKET_MS;
    while (!existsSync(this.path('podman.sock'))) {
      if (Date.now() > until) throw new Error('podman does not listen');
      await sleep(100);
    }
  }

  async #base() {
    await this.run('podman', ['import', await debian(), BASE]);
  }

  /** Makes .env complete, for a port that is free, with the programs that are built here. */
  async setUp() {
    this.port = await freePort();
    this.origin = `http://auth.localhost:${this.port}`;
    cpSync(this.path('clone/.env.main'), this.path('clone/.env'));
    this.password = /with the password {2}(\w+)/.exec(await this.script('setup-env.sh'))[1];
    const file = this.path('clone/.env');
    writeFileSync(file, `${readFileSync(file, 'utf8').replace(/^HTTP_PORT=.*$/m, `HTTP_PORT=${this.port}`)}BASE_IMAGE=${BASE}\nBINARIES=prebuilt\n`);
  }

  /** Kills a service's container; Compose's engine starts it again. */
  async kill(service) {
    await this.podman('kill', '--signal', 'KILL', `reprise_${service}_1`);
    // Podman takes a kill by hand for a wish to stop; Docker does not start such a one either.
    await this.podman('start', `reprise_${service}_1`);
  }

  /** The last lines of every container. */
  async logs() {
    const names = (await this.podman('ps', '-a', '--format', '{{.Names}}')).trim().split('\n');
    const all = await Promise.all(names.map(async (name) => `---- ${name}\n${await this.podman('logs', '--tail', '25', name).catch(String)}`));
    return all.join('\n');
  }

  async remove() {
    if (this.#kept) await this.script('stop-app.sh', '--erase', '--yes').catch(() => {});
    else if (this.#service) await this.podman('system', 'reset', '--force').catch(() => {});
    this.#service?.kill('SIGTERM');
    if (this.#kept) return;
    await execute('bash', ['-c', `umount -R '${this.path('graph')}'/overlay 2>/dev/null || true; rm -rf '${this.folder}'`]);
  }
}
