// A fresh clone, as far as the scripts for Compose go, on a machine that has only what a test gives it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './programs.mjs';

/** What every Debian has, and nothing of Docker. */
const PROGRAMS = ['awk', 'basename', 'bash', 'cat', 'chmod', 'cp', 'cut', 'date', 'df', 'dirname', 'env', 'grep', 'head', 'id', 'ls', 'mkdir', 'mktemp', 'mv',
  'od', 'perl', 'rm', 'sed', 'sh', 'sha256sum', 'sleep', 'stat', 'tr'];

/** Stands for Docker: notes what it is asked, and answers as the variables say. */
const DOCKER = `#!/bin/bash
printf '%s\\n' "$*" >>"$FAKE_LOG"
[ "$1" != info ] || exit "\${FAKE_INFO:-0}"
shift
for word in "$@"; do
  case $word in
    --env-file) take=1 ;;
    ps) [ -z "\${FAKE_RUNNING:-}" ] || case " $* " in *" ps -q $FAKE_RUNNING ") echo 0123456789ab ;; esac; exit 0 ;;
    up) cp "$env_file" "$FAKE_LOG.env"; exit "\${FAKE_UP:-0}" ;;
    exec) exit "\${FAKE_HEALTH:-0}" ;;
    logs) echo 'prepare: the last line of the log'; exit 0 ;;
    *)
      if [ "\${take:-}" = 1 ]; then
        env_file=$word take=
        # As docker-compose 1.29 does.
        [ -f "$word" ] || { echo "$word is not a file." >&2; exit 1; }
      fi ;;
  esac
done
`;

export class Clone {
  folder = mkdtempSync(join(tmpdir(), 'reprise-clone-'));

  /** `docker`: whether something answers to that name. */
  constructor({ docker = false, programs = [] } = {}) {
    for (const name of ['deploy', 'scripts', '.env.main', '.env.nginx', '.env.network', 'VERSION']) cpSync(join(root, name), join(this.folder, name), { recursive: true });
    mkdirSync(join(this.folder, 'bin'));
    for (const name of [...PROGRAMS, ...programs]) {
      const place = ['/usr/bin', '/bin', '/usr/sbin'].map((one) => join(one, name)).find(existsSync);
      if (!place) throw new Error(`${name} is not installed`);
      symlinkSync(place, join(this.folder, 'bin', name));
    }
    if (docker) this.program('docker', DOCKER);
  }

  path = (...names) => join(this.folder, ...names);
  read = (...names) => readFileSync(this.path(...names), 'utf8');
  write(name, text, mode = 0o600) {
    writeFileSync(this.path(name), text);
    chmodSync(this.path(name), mode);
  }
  /** Puts a program on the PATH, in place of one of that name. */
  program(name, text) {
    rmSync(this.path('bin', name), { force: true });
    this.write(join('bin', name), text, 0o755);
  }
  /** What the stand-in for Docker was asked, a line each. */
  get asked() {
    return existsSync(this.path('docker.log')) ? this.read('docker.log').split('\n').filter(Boolean) : [];
  }

  /** Starts a script in a group of processes of its own; nobody types. */
  start(script, args = [], env = {}) {
    const child = spawn(this.path(script), args, {
      cwd: tmpdir(), detached: true, stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: this.path('bin'), HOME: this.folder, TMPDIR: this.folder, FAKE_LOG: this.path('docker.log'), ...env },
    });
    const said = { text: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (said.text += data));
    return { child, said };
  }
  /** Runs it to its end: {code, text}, where `text` is all that it said. */
  async run(script, args, env) {
    const { child, said } = this.start(script, args, env);
    const [code] = await once(child, 'close');
    return { code, text: said.text };
  }
  /** Makes .env complete, without a person. */
  setUp = (...args) => this.run('scripts/setup-env.sh', args);

  /** Changes .env: a value, or null to take the line out. */
  set(values) {
    let text = this.read('.env');
    for (const [name, value] of Object.entries(values)) {
      text = text.split('\n').filter((line) => !line.startsWith(`${name}=`)).join('\n');
      if (value !== null) text += `\n${name}=${value}\n`;
    }
    this.write('.env', text);
  }

  /** Makes the services' files, as `prepare` does in its container; `to` gives `PREPARE_` variables. */
  async prepare(profile, to = {}) {
    const variables = { PROJECT: this.folder, OUT: this.path('out'), OWNER: '', ...to };
    const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [`PREPARE_${name}`, value]));
    return this.run('deploy/prepare.sh', [], { APP_PROFILE: profile, ...env });
  }

  remove = () => rmSync(this.folder, { recursive: true, force: true });
}
