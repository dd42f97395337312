// PostgreSQL over TLS: whom the server trusts when it is told nothing, as the README of a service that sells databases has it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from '../harness/ports.mjs';
import { nameOf, Postgres } from '../harness/postgres.mjs';
import { eventually, remove, run, startServer, temporaryFolder } from '../harness/programs.mjs';

const folder = temporaryFolder();
const certificate = join(folder, 'certificate.pem');
const home = join(folder, 'home');
let postgres;
let url;
before(async () => {
  const port = await freePort();
  postgres = new Postgres({ port });
  await postgres.start();
  mkdirSync(home);
  const key = join(folder, 'key.pem');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-keyout', key, '-out', certificate,
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
  for (const [from, name] of [[certificate, 'server.crt'], [key, 'server.key']]) {
    const to = join(postgres.folder, 'data', name);
    copyFileSync(from, to);
    chmodSync(to, 0o600);
    if (process.getuid() === 0) execFileSync('chown', ['postgres:postgres', to]);
  }
  const name = nameOf(await postgres.database());
  await postgres.sql('postgres', "create role keyed superuser login password 'hunter2'");
  await postgres.sql('postgres', 'alter system set ssl = on');
  await postgres.sql('postgres', 'select pg_reload_conf()');
  await eventually(() => postgres.sql('postgres', 'show ssl'), ([ssl]) => ssl === 'on');
  url = `postgres://keyed:hunter2@localhost:${port}/${name}?sslmode=verify-full`;
});
after(async () => {
  await postgres.remove();
  remove(folder);
});
const settings = (own, env) => ({ HOME: home, REPRISE_DATABASE_URL: own, ...env });

test('a certificate of an authority that the system trusts needs no further setting', async () => {
  const dataDir = temporaryFolder();
  for (const own of [url, `${url}&sslrootcert=system`]) {
    const server = await startServer({ dataDir, env: settings(own, { SSL_CERT_FILE: certificate }) });
    assert.equal((await server.fetch('/readyz')).status, 200);
    const [encrypted] = await postgres.sql('postgres', "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) where ssl and usename = 'keyed'");
    assert.ok(Number(encrypted) > 0);
    assert.equal(await server.program.stop(), 0);
    await server.tokens.close();
  }
  // And one that it does not trust is not taken, until the account's own file names it.
  const stranger = await startServer({ dataDir, env: settings(url, {}) });
  const refused = await stranger.fetch('/readyz');
  assert.equal(refused.status, 503);
  assert.match((await refused.json()).detail, /certificate verify failed/);
  await stranger.program.stop();
  await stranger.tokens.close();
  mkdirSync(join(home, '.postgresql'));
  copyFileSync(certificate, join(home, '.postgresql/root.crt'));
  const own = await startServer({ dataDir, env: settings(url, {}) });
  assert.equal((await own.fetch('/readyz')).status, 200);
  assert.equal(await own.stop(), 0);
});

test('what is wrong is told as with any other connection: one sentence and 78', async () => {
  const refusal = async (own) => {
    const dataDir = join(temporaryFolder(), 'data');
    const ended = await run('reprise', ['serve', '--listen', 'localhost:0', '--ops-listen', 'localhost:0', '--data-dir', dataDir], settings(own, { HOME: join(folder, 'none'), SSL_CERT_FILE: certificate }));
    remove(join(dataDir, '..'));
    assert.equal(ended.code, 78, ended.stderr);
    return ended.stderr;
  };
  assert.match(await refusal(url.replace('hunter2', 'hunter3')), /REPRISE_DATABASE_URL: .*password authentication failed/);
  assert.match(await refusal(`${url}&sslrootcert=/nowhere/authority.pem`), /REPRISE_DATABASE_URL: its sslrootcert is no file that can be read: \/nowhere\/authority\.pem/);
});
