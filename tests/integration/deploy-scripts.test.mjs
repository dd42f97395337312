// The scripts for Compose on a machine without Docker, or with something that stands for it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { Clone } from '../harness/clone.mjs';
import { root, sleep } from '../harness/programs.mjs';

const clones = [];
afterEach(() => clones.splice(0).forEach((one) => one.remove()));
/** A fresh clone; with `ready` its .env is complete. */
async function fresh({ ready = true, ...options } = {}) {
  const clone = new Clone(options);
  clones.push(clone);
  if (ready) assert.equal((await clone.setUp()).code, 0);
  return clone;
}
const value = (clone, name) => new RegExp(`^${name}='?(.*?)'?$`, 'm').exec(clone.read('.env'))?.[1];
const mode = (clone, name) => statSync(clone.path(name)).mode & 0o777;

test('every script is clean for shellcheck', () => {
  const scripts = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'scripts', 'deploy'], { cwd: root, encoding: 'utf8' })
    .split('\n').filter((name) => name.endsWith('.sh'));
  assert.ok(scripts.length >= 9);
  execFileSync('shellcheck', ['-x', ...scripts], { cwd: root, encoding: 'utf8' });
});

test('set up: secrets that nobody else may read, and a password that fits its hash', async () => {
  const clone = await fresh({ ready: false });
  const { code, text } = await clone.setUp();
  assert.equal(code, 0, text);
  assert.equal(mode(clone, '.env'), 0o600);
  for (const name of ['DB_PASSWORD', 'DEX_DB_PASSWORD', 'OAUTH_CLIENT_SECRET']) assert.match(value(clone, name), /^[0-9a-f]{48,64}$/);
  const password = /with the password {2}(\w+)/.exec(text)[1];
  const hash = value(clone, 'DEX_PASSWORD_HASH');
  assert.match(hash, /^\$2b\$10\$.{53}$/);
  assert.equal(execFileSync('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', password, hash], { encoding: 'utf8' }), hash);
  assert.ok(!clone.read('.env').includes(password), 'the password itself is kept nowhere');
  assert.match(text, /GEMINI_API_KEY is empty: the emulator will answer/);
  const other = await fresh();
  assert.notEqual(value(other, 'DB_PASSWORD'), value(clone, 'DB_PASSWORD'));
});

test('set up twice: the second time changes nothing', async () => {
  const clone = await fresh();
  const before = clone.read('.env');
  assert.match((await clone.setUp()).text, /\.env was complete; nothing is changed/);
  assert.equal(clone.read('.env'), before);
  clone.write('.env', before, 0o644);
  await clone.setUp();
  assert.equal(mode(clone, '.env'), 0o600);
});

test('set up takes what stands in .secrets, and hashes the password there', async () => {
  const clone = await fresh({ ready: false });
  clone.write('.secrets', 'GEMINI_API_KEY="key-1"\r\nexport NGROK_DOMAIN = a.ngrok.app # mine\nDEX_PASSWORD=open sesame\nUNKNOWN=x\n', 0o644);
  const { text } = await clone.setUp();
  assert.equal(value(clone, 'GEMINI_API_KEY'), 'key-1');
  assert.equal(value(clone, 'NGROK_DOMAIN'), 'a.ngrok.app');
  assert.equal(mode(clone, '.secrets'), 0o600);
  const hash = value(clone, 'DEX_PASSWORD_HASH');
  assert.equal(execFileSync('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', 'open sesame', hash], { encoding: 'utf8' }), hash);
  assert.ok(!`${clone.read('.env')}${text}`.includes('sesame') && !text.includes('key-1'));
});

test('set up with an empty .env, and with the line ends of Windows', async () => {
  const clone = await fresh({ ready: false });
  clone.write('.env', '');
  assert.match((await clone.setUp()).text, /\.env is empty; \.env\.main takes its place/);
  assert.match(value(clone, 'DB_PASSWORD'), /^\w{48}$/);
  const complete = clone.read('.env');
  clone.write('.env', complete.replaceAll('\n', '\r\n'));
  assert.match((await clone.setUp()).text, /line ends of Windows/);
  assert.equal(clone.read('.env'), complete);
});

test('set up that is interrupted leaves .env as it was, and nothing else', async () => {
  const clone = await fresh({ ready: false });
  clone.write('.env', 'DB_PASSWORD=old\n');
  const names = readdirSync(clone.folder);
  clone.program('perl', '#!/bin/bash\ntouch "$HOME/reached"\nsleep 30\n');
  clone.program('touch', '#!/bin/bash\n: >"$1"\n');
  const { child, said } = clone.start('scripts/setup-env.sh');
  for (let tries = 0; !existsSync(clone.path('reached')); tries += 1) {
    assert.ok(tries < 600, said.text);
    await sleep(50);
  }
  process.kill(-child.pid, 'SIGINT'); // as Ctrl-C does: to all of the group
  const [code] = await once(child, 'close');
  assert.equal(code, 130);
  assert.match(said.text, /Interrupted: \.env is as it was/);
  assert.equal(clone.read('.env'), 'DB_PASSWORD=old\n');
  assert.deepEqual(readdirSync(clone.folder).filter((name) => name !== 'reached'), names);
});

test('set up where nothing makes a hash says what to install', async () => {
  const clone = await fresh({ ready: false });
  clone.program('perl', '#!/bin/bash\nexit 1\n');
  const { code, text } = await clone.setUp();
  assert.equal(code, 0);
  assert.match(text, /Install one of htpasswd \(apt-get install apache2-utils\)/);
  assert.match((await clone.setUp('network')).text, /Nothing here makes bcrypt hashes/);
});

test('the template for a network makes no password, and says what is missing', async () => {
  const clone = await fresh({ ready: false });
  const { text } = await clone.setUp('network');
  assert.match(text, /nobody can log in by a password that stands in a file/);
  const checked = await clone.run('scripts/check-env.sh', ['proxy']);
  assert.equal(checked.code, 1);
  for (const part of [/Nobody could log in/, /TLS_CERTIFICATE=certificates\/reprise\.pem in \.env names no file/]) assert.match(checked.text, part);
});

test('check: without Docker, without .env, with one that others may read', async () => {
  const clone = await fresh({ ready: false });
  let { code, text } = await clone.run('scripts/check-env.sh', []);
  assert.equal(code, 1);
  assert.match(text, /There is neither Docker nor Podman\. Install Docker/);
  assert.match(text, /There is no \.env\. Run scripts\/setup-env\.sh/);
  await clone.setUp();
  clone.write('.env', clone.read('.env'), 0o644);
  ({ code, text } = await clone.run('scripts/check-env.sh', []));
  assert.match(text, /every account may read it: chmod 600 \.env/);
  clone.write('.env', '');
  ({ code, text } = await clone.run('scripts/check-env.sh', []));
  for (const name of ['OAUTH_CLIENT_SECRET', 'DB_PASSWORD', 'DEX_DB_PASSWORD']) assert.match(text, new RegExp(`wrong: ${name} is empty in \\.env\\. Run scripts/setup-env\\.sh`));
  assert.equal((await clone.run('scripts/check-env.sh', ['elsewhere'])).text, 'scripts/check-env.sh [proxy|dev|ngrok]\n');
});

test('check: Docker that does not answer, Docker without Compose, and one that is ready', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ HTTP_PORT: 19_999 });
  assert.match((await clone.run('scripts/check-env.sh', [], { FAKE_INFO: '1' })).text, /Docker is installed but does not answer\. Start it/);
  const ready = await clone.run('scripts/check-env.sh', []);
  assert.equal(ready.code, 0, ready.text);
  clone.program('docker', '#!/bin/bash\n[ "$1" = info ]\n');
  assert.match((await clone.run('scripts/check-env.sh', [])).text, /Docker has no Compose\. Install it/);
});

test('check: Podman takes docker-compose, or the Compose of a Docker whose engine is away', async () => {
  const clone = await fresh();
  clone.set({ HTTP_PORT: 19_999 });
  const socket = clone.path('podman.sock');
  clone.program('podman', `#!/bin/bash\necho unix://${socket}\n`);
  const said = async () => (await clone.run('scripts/check-env.sh', [])).text;
  assert.match(await said(), /Podman needs Compose beside it/);
  clone.program('docker', '#!/bin/bash\n[ "$1 $2" = "compose version" ] || [ -n "$DOCKER_HOST" ]\n');
  assert.match(await said(), /Podman's socket is not there\. Start it: systemctl --user enable --now podman\.socket/);
  const engine = createServer().listen(socket);
  await once(engine, 'listening');
  assert.match(await said(), /Everything is ready/);
  clone.program('docker', '#!/bin/bash\nexit 1\n');
  assert.match(await said(), /Podman needs Compose beside it/);
  clone.program('docker-compose', '#!/bin/bash\n[ -n "$DOCKER_HOST" ]\n');
  assert.match(await said(), /Everything is ready/);
  engine.close();
});

test('check and start: an engine named by DOCKER_HOST that is away is one sentence', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ HTTP_PORT: 19_999 });
  clone.program('docker-compose', '#!/bin/bash\necho "Traceback (most recent call last):" >&2\nexit 1\n');
  for (const script of ['scripts/check-env.sh', 'scripts/start-app.sh', 'scripts/stop-app.sh', 'scripts/backup-app.sh']) {
    const { code, text } = await clone.run(script, [], { FAKE_INFO: '1', DOCKER_HOST: 'unix:///nowhere.sock' });
    assert.equal(code, 1, text);
    assert.match(text, /DOCKER_HOST is unix:\/\/\/nowhere\.sock, and no engine answers there\. Start it, or unset DOCKER_HOST/);
    assert.doesNotMatch(text, /Traceback/);
  }
});

test('check: a port that is in use', async () => {
  const clone = await fresh({ docker: true });
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  clone.set({ HTTP_PORT: port });
  const { code, text } = await clone.run('scripts/check-env.sh', []);
  listener.close();
  assert.equal(code, 1);
  assert.match(text, new RegExp(`Port ${port}, where nginx would listen, is in use\\. Stop what uses it .* or set HTTP_PORT in \\.env`));
});

test('check: files that are absent or no files, an address that is none, ports that are the same, a name that nothing reads', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ HTTP_PORT: 19_999 });
  const before = clone.read('.env');
  const said = async (values, ...args) => {
    clone.write('.env', before);
    clone.set(values);
    return clone.run('scripts/check-env.sh', args);
  };
  for (const file of ['none.conf', 'deploy', '../outside.conf', '/etc/hostname']) {
    const { code, text } = await said({ SETTINGS_FILE: file });
    assert.deepEqual([code, text.includes(`SETTINGS_FILE=${file}`)], [1, true], text);
  }
  for (const address of ['everywhere', '1.2.3', '1.2.3.256', '::1', '0.0.0.0:80']) {
    const { code, text } = await said({ BIND_ADDRESS: address });
    assert.deepEqual([code, text.includes(`BIND_ADDRESS=${address} in .env is no IPv4 address`)], [1, true], text);
  }
  const same = await said({ WEB_PORT: 8080, APP_PORT: '' }, 'dev');
  assert.match(same.text, /WEB_PORT=8080 in \.env is the port of something else, too/);
  const slip = await said({ GEMINI_APIKEY: 'k', BACKUP_DIR: '/mnt' });
  assert.deepEqual([slip.code, /GEMINI_APIKEY in \.env is none of our variables/.test(slip.text), /BACKUP_DIR/.test(slip.text)], [0, true, false], slip.text);
  assert.doesNotMatch((await said({})).text, /none of our variables/);
});

test('check: a key for the bucket that is absent, of another kind, or open to everybody', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ GCS_BUCKET_NAME: 'b', HTTP_PORT: 19_999 });
  const said = async () => (await clone.run('scripts/check-env.sh', [])).text;
  assert.match(await said(), /\.gcp-key\.json is not here/);
  clone.write('.gcp-key.json', '{"type": "authorized_user"}', 0o644);
  assert.match(await said(), /chmod 600 \.gcp-key\.json/);
  assert.match(await said(), /no key of a service account/);
  clone.write('.gcp-key.json', '{"private_key": "x", "client_email": "y"}');
  assert.match(await said(), /Everything is ready/);
});

test('check: a clock that is years behind, and a variable of the shell that does not count', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ HTTP_PORT: 19_999 });
  assert.match((await clone.run('scripts/check-env.sh', [], { GEMINI_API_KEY: 'k' })).text, /GEMINI_API_KEY in your shell is not used/);
  clone.program('date', '#!/bin/bash\n[ "$1" = +%s ] && echo 1000000000 || echo 2001-09-09\n');
  assert.match((await clone.run('scripts/check-env.sh', [])).text, /The clock says 2001-09-09/);
});

test('start: checks, starts, waits for each service and says where it is', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ HTTP_PORT: 19_999, BASE_IMAGE: 'localhost/base:12' });
  const { code, text } = await clone.run('scripts/start-app.sh', [], { HTTP_PORT: '1', COMPOSE_PROFILES: 'dev' });
  assert.equal(code, 0, text);
  assert.match(text, /Reprise is at http:\/\/auth\.localhost:19999/);
  const up = clone.asked.find((line) => line.includes(' up '));
  assert.match(up, /compose -f .*\/deploy\/docker-compose\.yml --project-directory .*\/deploy --env-file \S+ -p reprise --profile proxy up -d --build$/);
  const exec = clone.asked.filter((line) => line.includes(' exec ')).map((line) => line.split(' exec -T ')[1].split(' ')[0]);
  assert.deepEqual(exec, ['db', 'dex', 'app', 'proxy']);
  const env = clone.read('docker.log.env');
  for (const line of ['APP_PROFILE=proxy', 'HTTP_PORT=19999', 'BASE_IMAGE=localhost/base:12', 'PUBLIC_HOST=auth.localhost']) assert.ok(env.split('\n').includes(line), env);
  assert.ok(!/SECRET|PASSWORD|KEY/.test(env), 'Compose is given no secret');
  const hash = (text_) => /SETTINGS_HASH=(\w+)/.exec(text_)[1];
  clone.set({ DEX_EMAIL: 'ada@example.test' });
  await clone.run('scripts/start-app.sh', []);
  assert.notEqual(hash(clone.read('docker.log.env')), hash(env), 'other settings make new containers');
});

test('start: with a key there is no emulator, and what belongs to another profile is stopped first', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ HTTP_PORT: 19_999, GEMINI_API_KEY: 'k' });
  const { code, text } = await clone.run('scripts/start-app.sh', ['proxy', '--no-build'], { FAKE_RUNNING: 'app-dev' });
  assert.equal(code, 0, text);
  assert.ok(clone.asked.some((line) => line.endsWith('rm -fs app-dev')));
  assert.match(clone.asked.find((line) => line.includes(' up ')), /up -d --scale emulator=0$/);
});

test('start: what is wrong is said before anything starts, and what fails shows its log', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ HTTP_PORT: 19_999, OAUTH_CLIENT_SECRET: '' });
  assert.equal((await clone.run('scripts/start-app.sh', [])).code, 1);
  assert.ok(!clone.asked.some((line) => line.includes(' up ')));
  await clone.setUp();
  const { code, text } = await clone.run('scripts/start-app.sh', [], { FAKE_UP: '1' });
  assert.equal(code, 1);
  assert.match(text, /the last line of the log\n[^]*Compose could not start it/);
});

test('start that is interrupted says how to go on', async () => {
  const clone = await fresh({ docker: true });
  clone.set({ HTTP_PORT: 19_999 });
  const { child, said } = clone.start('scripts/start-app.sh', [], { FAKE_HEALTH: '1' });
  for (let tries = 0; !said.text.includes('Waiting for db'); tries += 1) {
    assert.ok(tries < 600, said.text);
    await sleep(50);
  }
  process.kill(-child.pid, 'SIGINT');
  const [code] = await once(child, 'close');
  assert.equal(code, 130);
  assert.match(said.text, /scripts\/stop-app\.sh stops it/);
  assert.deepEqual(readdirSync(clone.folder).filter((name) => name.startsWith('tmp.')), []);
});

test('back up: a key that nobody else may read, then a container for the work, with the database up', async () => {
  const clone = await fresh({ docker: true });
  const { code, text } = await clone.run('scripts/backup-app.sh', []);
  assert.equal(code, 0, text);
  assert.match(text, /A key was made: \.backup-key\. Keep a copy of it in another place/);
  assert.equal(mode(clone, '.backup-key'), 0o600);
  const key = clone.read('.backup-key');
  assert.match(key, /^[0-9a-f]{64}$/);
  assert.ok(!text.includes(key));
  assert.ok(clone.asked.some((line) => line.endsWith('up -d db')));
  assert.match(clone.asked.at(-1), /--profile backup run --rm --no-deps -T backup backup --to \/backup --data-dir \/var\/lib\/reprise$/);
  assert.ok(clone.asked.every((line) => !line.includes(key)), 'a key is never an argument');
  assert.equal(clone.read('docker.log.env').match(/^BACKUP_DIR=(.*)$/m)[1], clone.path('backup'));
  clone.set({ GCS_BUCKET_NAME: 'b', BACKUP_DIR: clone.path('elsewhere') });
  assert.equal((await clone.run('scripts/backup-app.sh', [], { FAKE_RUNNING: 'db' })).code, 0);
  assert.equal(clone.read('.backup-key'), key);
  assert.match(clone.asked.at(-1), /--blob-store gs:\/\/b$/);
  assert.ok(existsSync(clone.path('elsewhere')));
});

test('back up and restore: what is in the way is said before anything is done', async () => {
  const clone = await fresh({ docker: true });
  const refused = async (args, env) => {
    const before = clone.asked.filter((line) => / (run|up) /.test(line)).length;
    const { code, text } = await clone.run('scripts/backup-app.sh', args, env);
    assert.deepEqual([code, clone.asked.filter((line) => / (run|up) /.test(line)).length], [1, before], text);
    return text;
  };
  assert.match(await refused(['--restore']), /\/backup is not there\. BACKUP_DIR in \.env names the folder/);
  mkdirSync(clone.path('backup'));
  assert.match(await refused(['--verify']), /There is no \.backup-key\. Put the key with which the backup was made there/);
  assert.ok(!existsSync(clone.path('.backup-key')));
  clone.write('.backup-key', 'ab'.repeat(32), 0o644);
  assert.match(await refused([]), /chmod 600 \.backup-key/);
  clone.write('.backup-key', 'ab'.repeat(32), 0o600);
  assert.match(await refused(['--restore'], { FAKE_RUNNING: 'app' }), /Reprise runs\. A restore needs a stack that keeps nothing/);
  assert.match(await refused(['--verify', 'x']), /scripts\/backup-app\.sh \[--verify/);
  assert.equal((await clone.run('scripts/backup-app.sh', ['--restore', '2026-11-29T21:00:00Z'], { FAKE_RUNNING: 'db' })).code, 0);
  assert.match(clone.asked.at(-1), /backup restore --from \/backup --data-dir \/var\/lib\/reprise --snapshot 2026-11-29T21:00:00Z$/);
  const none = await fresh({ docker: true, ready: false });
  assert.match((await none.run('scripts/backup-app.sh', [])).text, /There is no \.env, so there is nothing to back up/);
});

test('stop keeps what there is; --erase asks, and removes it only when it was meant', async () => {
  const clone = await fresh({ docker: true });
  assert.match((await clone.run('scripts/stop-app.sh', [])).text, /goes on with it/);
  assert.match(clone.asked.at(-1), /--profile proxy --profile dev --profile ngrok down --remove-orphans$/);
  const before = clone.asked.length;
  const asked = await clone.run('scripts/stop-app.sh', ['--erase']);
  assert.equal(asked.code, 1);
  assert.match(asked.text, /asks first/);
  assert.ok(!clone.asked.slice(before).some((line) => line.includes(' down ')));
  assert.equal((await clone.run('scripts/stop-app.sh', ['--erase', '--yes'])).code, 0);
  assert.match(clone.asked.at(-1), /down --remove-orphans --volumes$/);
  assert.equal((await (await fresh()).run('scripts/stop-app.sh', [])).code, 1, 'without Docker nothing is said to be stopped');
});
