// A real PostgreSQL for tests (tests/harness/postgres.sh).
import { execFile } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const script = fileURLToPath(new URL('postgres.sh', import.meta.url));

/** The name of the database in a URL of `Postgres.database`. */
export const nameOf = (url) => /\/([a-z0-9_]+)\?/.exec(url)[1];

export class Postgres {
  #folder;
  #made = 0;
  #port;

  /** With a port it also listens on loopback, where it asks for passwords. `folder` is not there yet. */
  constructor({ port, folder } = {}) {
    this.#port = port;
    this.#folder = folder ?? mkdtempSync(join(tmpdir(), 'reprise-pg-'));
    if (!folder) rmdirSync(this.#folder); // the script makes the folder, for the user that runs PostgreSQL
  }
  /** Of its socket. */
  get folder() {
    return this.#folder;
  }
  start = () => execute(script, ['start', this.#folder, ...(this.#port ? [String(this.#port)] : [])]);
  stop = () => execute(script, ['stop', this.#folder]);
  /** Kills all its processes with kill -9. */
  kill = () => execute(script, ['kill', this.#folder]);
  /** Stops all its processes as they are: it neither answers nor refuses. */
  freeze = () => execute(script, ['freeze', this.#folder]);
  thaw = () => execute(script, ['thaw', this.#folder]);
  /** Starts PgBouncer in front of it, in transaction mode. */
  pool = () => execute(script, ['pool', this.#folder]);
  unpool = () => execute(script, ['unpool', this.#folder]);
  remove = () => execute(script, ['remove', this.#folder]);
  /** Makes an empty database; returns its URL. */
  async database() {
    const name = `test_${process.pid}_${++this.#made}`;
    await this.sql('postgres', `create database ${name}`);
    return `postgres://reprise@/${name}?host=${this.#folder}${this.#port ? `&port=${this.#port}` : ''}`;
  }
  /** All rows of a database (its URL) as text. */
  async dump(url) {
    const place = ['-h', this.#folder, '-p', String(this.#port ?? 5432), '-U', 'reprise', '-d', nameOf(url)];
    return (await execute('pg_dump', ['--data-only', ...place], { maxBuffer: 1 << 30 })).stdout;
  }
  /** Runs SQL in a database; returns its rows, with tabs between the columns. */
  async sql(database, text) {
    const { stdout } = await execute('psql', ['-qAt', '-F', '\t', '-h', this.#folder, '-p', String(this.#port ?? 5432), '-U', 'reprise', '-d', database, '-c', text]);
    return stdout.split('\n').filter(Boolean);
  }
}
