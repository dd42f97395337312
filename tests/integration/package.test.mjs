// The Debian package, as a person uses it: installed with an older program, started, upgraded, removed and purged on a small Debian 12.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Chroot, noDebian } from '../harness/debian.mjs';
import { freePort } from '../harness/ports.mjs';
import { oldProgram } from '../harness/older.mjs';
import { binary, eventually, remove, root, temporaryFolder } from '../harness/programs.mjs';

const execute = promisify(execFile);
const skip = noDebian();
const START_MS = 30_000;
/** The time of a commit that may change while this runs. */
const EPOCH = '1790000000';
const folder = temporaryFolder();
const made = {};
let machine;
let port;
let server;

const OLD = '0.0.9';
const NEW = '0.1.0';

/** Copies of both programs: a build beside this test would change them under its hands. */
function copyPrograms() {
  for (const [version, server] of [[OLD, oldProgram()], [NEW, binary('reprise')]]) {
    mkdirSync(join(folder, 'programs', version), { recursive: true });
    copyFileSync(server, join(folder, 'programs', version, 'reprise'));
    copyFileSync(binary('reprise-emulator'), join(folder, 'programs', version, 'reprise-emulator'));
  }
}
/** Makes the packages of a version; the path of the .deb. */
async function build(version) {
  const out = join(folder, version);
  const env = { ...process.env, PACKAGE_VERSION: version, PACKAGE_BINARIES: join(folder, 'programs', version), SOURCE_DATE_EPOCH: EPOCH };
  await execute(join(root, 'deploy/package.sh'), [out], { env, maxBuffer: 1 << 26 });
  made[version] = out;
  return join(out, readdirSync(out).find((name) => name.endsWith('.deb')));
}
const SERVE = ['reprise', 'serve', '--config-file', '/etc/reprise/reprise.conf'];
const inside = (...words) => machine.run(words);
async function install(version) {
  copyFileSync(await build(version), machine.path('/tmp/reprise.deb'));
  return inside('apt-get', 'install', '-y', '-q', '--no-install-recommends', '/tmp/reprise.deb');
}
/** The unit's own command, as its account; there is no init here to run it. */
async function run() {
  assert.ok(!server || server.exitCode !== null, 'the one before still runs');
  const unit = readFileSync(machine.path('/lib/systemd/system/reprise.service'), 'utf8');
  const of = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)[1];
  const secrets = readFileSync(machine.path('/etc/reprise/environment'), 'utf8').split('\n').filter((line) => line.startsWith('REPRISE_'));
  const [command, ...rest] = machine.command(['env', ...secrets, ...of('ExecStart').split(' ')], of('User'));
  server = spawn(command, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
  const said = await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
  assert.match(String(said[0]), /^ready /, `it ended with ${said}`);
}
async function stop() {
  server.kill('SIGTERM');
  const [code] = await once(server, 'exit');
  assert.equal(code, 0);
}
const ask = async (method, path, body) => {
  const origin = `http://localhost:${port}`;
  const answer = await fetch(origin + path, { method, headers: { origin, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
};
const chats = async () => (await ask('GET', '/api/chats')).body.chats.map(({ title }) => title);

before(async () => {
  if (skip) return;
  copyPrograms();
  machine = await Chroot.make();
  await inside('apt-get', 'update', '-q');
});
after(async () => {
  if (server?.exitCode === null) server.kill('SIGKILL');
  await machine?.remove();
  remove(folder);
});

test('installed: an account without a shell, a data directory for it alone, settings, and a way to go on', { skip }, async () => {
  const said = await install(OLD);
  assert.match(said, /reprise: write REPRISE_GEMINI_KEY=… into \/etc\/reprise\/environment, then: systemctl enable --now reprise/);
  const [, , id, , , home, shell] = (await inside('getent', 'passwd', 'reprise')).trim().split(':');
  assert.deepEqual([home, shell], ['/var/lib/reprise', '/usr/sbin/nologin']);
  const data = statSync(machine.path('/var/lib/reprise'));
  assert.deepEqual([data.uid, data.mode & 0o777], [Number(id), 0o700]);
  assert.equal(statSync(machine.path('/etc/reprise/environment')).mode & 0o777, 0o600);
  assert.match(await inside('reprise', '--version'), /^reprise \d/);
  for (const name of ['copyright', 'licences.txt', 'sbom.spdx.json', 'operating.md']) assert.ok(existsSync(machine.path(`/usr/share/doc/reprise/${name}`)), name);
});

test('its unit is right, and keeps the program in bounds', { skip }, async () => {
  await inside('apt-get', 'install', '-y', '-q', '--no-install-recommends', 'systemd');
  assert.equal((await inside('systemd-analyze', 'verify', '--man=no', '/lib/systemd/system/reprise.service')).trim(), '');
  const exposure = await inside('systemd-analyze', 'security', '--offline=true', '--no-pager', '/lib/systemd/system/reprise.service');
  const [, figure] = /Overall exposure level for reprise\.service: ([\d.]+)/.exec(exposure);
  assert.ok(Number(figure) < 2, exposure);
});

test('it serves, by its unit\'s command and account', { skip }, async () => {
  port = await freePort();
  const file = machine.path('/etc/reprise/reprise.conf');
  const ops = await freePort();
  writeFileSync(file, readFileSync(file, 'utf8').replace('localhost:8080', `localhost:${port}`).replace('localhost:9464', `localhost:${ops}`));
  await assert.rejects(inside(...SERVE), /REPRISE_GEMINI_KEY is not set, and Google does not answer without a key/);
  writeFileSync(machine.path('/etc/reprise/environment'), 'REPRISE_GEMINI_KEY=no-key-of-anybody\n', { mode: 0o600 });
  await run();
  await eventually(() => ask('GET', '/api/about'), ({ status }) => status === 200, START_MS);
  assert.equal(await inside('reprise', 'health', '--config-file', '/etc/reprise/reprise.conf'), '200: ready\n');
  assert.equal((await ask('POST', '/api/chats', { title: 'before the upgrade' })).status, 201);
});

test('upgraded: settings of the admin stay, and so does what was kept by the older program', { skip }, async () => {
  await stop();
  const settings = readFileSync(machine.path('/etc/reprise/reprise.conf'), 'utf8');
  await install(NEW);
  assert.match(await inside('dpkg-query', '-W', 'reprise'), /0\.1\.0/);
  assert.equal(readFileSync(machine.path('/etc/reprise/reprise.conf'), 'utf8'), settings);
  await run();
  assert.deepEqual(await chats(), ['before the upgrade']);
});

test('reloaded: a new level of the log counts at once, a wrong setting is refused, another one is named', { skip }, async () => {
  const file = machine.path('/etc/reprise/reprise.conf');
  const settings = readFileSync(file, 'utf8');
  const unit = readFileSync(machine.path('/lib/systemd/system/reprise.service'), 'utf8');
  const command = ['env', 'REPRISE_GEMINI_KEY=no-key-of-anybody', ...(/^ExecReload=(.*)$/m.exec(unit)[1]).split(' ')];
  const reload = (more) => {
    writeFileSync(file, settings + more);
    return machine.run(command, 'reprise');
  };
  assert.equal(await reload('log-level = warn\n'), 'the log is written from warn on\n');
  await assert.rejects(reload('threads = many\n'), /threads .* must be/);
  await assert.rejects(reload('voice = Puck\n'), /voice is Kore until a restart, then Puck/);
  assert.equal(await reload(''), 'the log is written from info on\n');
  await stop();
});

test('removed: settings and data stay; installed again, all is there', { skip }, async () => {
  await inside('apt-get', 'remove', '-y', '-q', 'reprise');
  assert.deepEqual(['/usr/bin/reprise', '/etc/reprise/reprise.conf', '/etc/reprise/environment', '/var/lib/reprise/reprise.db'].map((name) => existsSync(machine.path(name))), [false, true, true, true]);
  await inside('apt-get', 'install', '-y', '-q', '--no-install-recommends', '/tmp/reprise.deb');
  await run();
  assert.deepEqual(await chats(), ['before the upgrade']);
  await stop();
});

test('purged: settings and secrets are gone; recordings are left, and it says so', { skip }, async () => {
  assert.match(await inside('apt-get', 'purge', '-y', '-q', 'reprise'), /\/var\/lib\/reprise still holds chats and recordings/);
  assert.deepEqual([existsSync(machine.path('/etc/reprise')), existsSync(machine.path('/var/lib/reprise/reprise.db'))], [false, true]);
});

test('the same input gives the same files, byte for byte, and the sums are right', { skip }, async () => {
  const hashes = () => Object.fromEntries(readdirSync(made[NEW]).map((name) => [name, createHash('sha256').update(readFileSync(join(made[NEW], name))).digest('hex')]));
  const first = hashes();
  await build(NEW);
  assert.deepEqual(hashes(), first);
  await execute('sha256sum', ['--check', 'SHA256SUMS'], { cwd: made[NEW] });
});

test('the tarball runs where its libraries are', { skip }, async () => {
  const name = readdirSync(made[NEW]).find((one) => one.endsWith('.tar.gz'));
  await execute('tar', ['-C', machine.path('/opt'), '-xf', join(made[NEW], name)]);
  await inside('apt-get', 'install', '-y', '-q', '--no-install-recommends', '/tmp/reprise.deb');
  assert.match(await inside(`/opt/${name.replace('.tar.gz', '')}/reprise`, '--version'), /^reprise \d/);
});
