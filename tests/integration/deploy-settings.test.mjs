// What each variable of .env changes in what the services read, what is refused, and the rules of the Compose file.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Clone } from '../harness/clone.mjs';
import { binary, root } from '../harness/programs.mjs';

const YAML = createRequire(join(root, 'web/package.json'))('yaml');
let clone;
let complete;
before(async () => {
  clone = new Clone();
  await clone.setUp();
  complete = clone.read('.env');
});
after(() => clone.remove());

/** What a profile makes of these values: {code, text, file(...)}, where `file` reads one of a service. */
async function made(profile, values = {}, { crlf = false } = {}) {
  rmSync(clone.path('out'), { recursive: true, force: true });
  clone.write('.env', complete);
  clone.set(values);
  if (crlf) clone.write('.env', clone.read('.env').replaceAll('\n', '\r\n'));
  const { code, text } = await clone.prepare(profile);
  return { code, text, file: (...names) => clone.read('out', ...names), has: (...names) => existsSync(clone.path('out', ...names)) };
}
const oidc = ({ file }) => YAML.parse(file('app', 'oidc.yaml'));
const dex = ({ file }) => YAML.parse(file('dex', 'config.yaml'));
const EXTERNAL = { OAUTH_ISSUER: 'https://login.example.org', OAUTH_CLIENT_SECRET: 'given-by-them', DEX_PASSWORD_HASH: '', ALLOW_EMAILS: '*@example.org,ada@example.com' };
const CONNECTORS = { DEX_CONNECTORS_FILE: 'connectors.yaml', DEX_PASSWORD_HASH: '', ALLOW_EMAILS: '*@example.org' };
const NAMED = { PUBLIC_URL: 'https://reprise.example', TLS_CERTIFICATE: 'cert.pem', TLS_KEY: 'key.pem' };
const TLS = { ...NAMED, ...EXTERNAL };

test('proxy: one name with one port, inside and outside', async () => {
  const at80 = await made('proxy');
  assert.equal(at80.code, 0, at80.text);
  assert.deepEqual([oidc(at80).public_url, oidc(at80).issuers[0].issuer, oidc(at80).issuers[0].reach_at], [['http://auth.localhost'], 'http://auth.localhost/dex', 'proxy:80']);
  const at8088 = await made('proxy', { HTTP_PORT: 8088 });
  assert.deepEqual([dex(at8088).issuer, oidc(at8088).issuers[0].reach_at], ['http://auth.localhost:8088/dex', 'proxy:8088']);
  assert.deepEqual(dex(at8088).staticClients[0].redirectURIs, ['http://auth.localhost:8088/api/auth/dex/callback']);
  assert.match(at8088.file('proxy', 'reprise.conf'), /listen 8088;/);
  assert.match((await made('proxy', { PUBLIC_URL: 'http://auth.localhost:9000' })).text, /has port 9000, but nginx listens on 80\. Make both the same/);
});

test('dev: the app on two ports, Dex and the emulator on ports and names of their own', async () => {
  const one = await made('dev', { APP_PORT: 18080, WEB_PORT: 13000, DEX_PORT: 15556, EMULATOR_PORT: 18081 });
  assert.deepEqual(oidc(one).public_url, ['http://localhost:18080', 'http://localhost:13000']);
  assert.deepEqual([dex(one).issuer, dex(one).web.http, oidc(one).issuers[0].reach_at], ['http://auth.localhost:15556/dex', '0.0.0.0:15556', 'dex:15556']);
  assert.match(one.file('app', 'reprise.conf'), /^gemini-url = http:\/\/emulator\.localhost:18081$/m);
  assert.ok(!one.has('proxy', 'reprise.conf') && !/trusted-proxies/.test(one.file('app', 'reprise.conf')));
});

test('ngrok: Dex and the addresses to return to follow its name, nothing is inspected, and no password stands in a file', async () => {
  clone.write('connectors.yaml', 'connectors: [{type: mockCallback, id: m, name: M}]\n');
  const one = await made('ngrok', { NGROK_DOMAIN: 'a.ngrok.app', NGROK_AUTHTOKEN: 'token', ...CONNECTORS });
  assert.equal(one.code, 0, one.text);
  assert.deepEqual([dex(one).issuer, dex(one).staticClients[0].redirectURIs], ['https://a.ngrok.app/dex', ['https://a.ngrok.app/api/auth/dex/callback']]);
  assert.equal(dex(one).connectors[0].id, 'm');
  assert.ok(!dex(one).staticPasswords && !oidc(one).issuers[0].static_passwords && !oidc(one).issuers[0].reach_at);
  const tunnel = YAML.parse(one.file('tunnel', 'ngrok.yml'));
  assert.deepEqual([tunnel.agent.authtoken, tunnel.agent.web_addr, tunnel.agent.inspect_db_size, tunnel.endpoints[0].url], ['token', false, -1, 'https://a.ngrok.app']);
  assert.match(one.file('proxy', 'reprise.conf'), /real_ip_header X-Forwarded-For;[^]*X-Forwarded-Proto https;/);
  assert.match((await made('ngrok', { NGROK_DOMAIN: 'a.ngrok.app', NGROK_AUTHTOKEN: 't' })).text, /a password that stands in a file, and a\.ngrok\.app is a name that others reach/);
  assert.match((await made('ngrok', CONNECTORS)).text, /NGROK_DOMAIN is not set[^]*NGROK_AUTHTOKEN is not set/);
});

test('an issuer of one\'s own: no Dex, and only who is named comes in', async () => {
  const one = await made('proxy', EXTERNAL);
  assert.equal(one.code, 0, one.text);
  const [issuer] = oidc(one).issuers;
  assert.deepEqual([issuer.issuer, issuer.name, issuer.allow], ['https://login.example.org', 'login.example.org', { emails: ['*@example.org', 'ada@example.com'] }]);
  assert.ok(!one.has('dex', 'config.yaml') && !/dex/.test(one.file('proxy', 'reprise.conf').replaceAll(/^#.*$/gm, '')));
  assert.match((await made('proxy', { ...EXTERNAL, ALLOW_EMAILS: '' })).text, /everybody whom https:\/\/login\.example\.org knows could come in/);
  assert.equal(oidc(await made('proxy', { ...EXTERNAL, ALLOW_EMAILS: '*' })).issuers[0].allow, undefined);
  const local = await made('proxy', { OAUTH_ISSUER: 'http://localhost:5556/dex' });
  assert.match(local.text, /the Dex of this stack is meant: http:\/\/auth\.localhost\/dex/);
  assert.equal(local.code, 0);
});

test('TLS: certificate and key go to nginx, and the server trusts that authority', async () => {
  clone.write('cert.pem', 'the certificate\n');
  clone.write('key.pem', 'the key\n');
  const one = await made('proxy', TLS);
  assert.equal(one.code, 0, one.text);
  assert.deepEqual([one.file('proxy', 'tls.crt'), one.file('proxy', 'tls.key'), one.file('app', 'authorities.pem')], ['the certificate\n', 'the key\n', 'the certificate\n']);
  assert.match(one.file('proxy', 'reprise.conf'), /listen 443 ssl http2;[^]*ssl_protocols TLSv1\.2 TLSv1\.3;/);
  assert.match((await made('proxy', { ...TLS, TLS_KEY: '' })).text, /needs TLS_CERTIFICATE and TLS_KEY/);
});

test('Gemini, the bucket and the database', async () => {
  const emulator = await made('proxy');
  assert.match(emulator.file('app', 'reprise.conf'), /^gemini-url = http:\/\/auth\.localhost\/emulator$/m);
  assert.match(emulator.file('proxy', 'reprise.conf'), /location \^~ \/emulator\//);
  const google = await made('proxy', { GEMINI_API_KEY: 'a-key' });
  assert.equal(google.file('app', 'gemini-key'), 'a-key\n');
  assert.match(google.file('app', 'reprise.conf'), /^gemini-url = https:\/\/generativelanguage\.googleapis\.com$/m);
  assert.ok(!google.file('proxy', 'reprise.conf').includes('location ^~ /emulator/'));
  const old = await made('proxy', { REACT_APP_GEMINI_API_KEY: 'old-key' });
  assert.equal(old.file('app', 'gemini-key'), 'old-key\n');
  assert.match(old.text, /no longer reaches the browser/);
  clone.write('.gcp-key.json', '{}');
  const bucket = await made('proxy', { GCS_BUCKET_NAME: 'gs://our-bucket' });
  assert.match(bucket.file('app', 'reprise.conf'), /^blob-store = gs:\/\/our-bucket$/m);
  assert.ok(bucket.has('app', '.gcp-key.json') && !(await made('proxy')).has('app', '.gcp-key.json'));
  const own = await made('proxy', { DATABASE_URL: 'postgresql://u:p@db.example/x?sslmode=verify-full' });
  assert.equal(own.file('app', 'database-url'), 'postgresql://u:p@db.example/x?sslmode=verify-full\n');
  const sqlite = await made('proxy', { DATABASE_URL: 'sqlite:///app.db', SECRET_KEY: 'x' });
  assert.match(sqlite.file('app', 'database-url'), /^postgres:\/\/reprise:\w+@\/reprise\?host=\/run\/postgresql$/m);
  assert.match(sqlite.text, /DATABASE_URL does not name PostgreSQL[^]*SECRET_KEY is not used|SECRET_KEY is not used[^]*DATABASE_URL does not name PostgreSQL/);
  clone.write('more.conf', 'voice = Puck\n');
  assert.match((await made('proxy', { SETTINGS_FILE: 'more.conf' })).file('app', 'reprise.conf'), /^voice = Puck$/m);
});

const REFUSED = [
  ['an empty secret of the client', { OAUTH_CLIENT_SECRET: '' }, /OAUTH_CLIENT_SECRET is empty.*Run scripts\/setup-env\.sh/],
  ['a short one', { OAUTH_CLIENT_SECRET: 'short' }, /shorter than 16 letters/],
  ['one that would end a string', { OAUTH_CLIENT_SECRET: 'x"}, {id: other, secret: ' }, /may have letters, digits/],
  ['a hash that Dex does not take', { DEX_PASSWORD_HASH: '$2b$04$abcdefghijklmnopqrstuu4SuEsu2LsUrAYUpWQHLMMc4GV5pZTxK' }, /no bcrypt hash with a cost of 10/],
  ['nobody who could log in', { DEX_PASSWORD_HASH: '' }, /Nobody could log in/],
  ['no password of the database', { DB_PASSWORD: '' }, /DB_PASSWORD is empty/],
  ['a password that breaks a URL', { DB_PASSWORD: 'a@b/c' }, /letters and digits only/],
  ['a path', { PUBLIC_URL: 'https://example.org/reprise/' }, /has a path\. Reprise runs at the root of a host name only; give it a name of its own, such as reprise\.example\.org/],
  ['plain http under a public name', { PUBLIC_URL: 'http://reprise.example' }, /must be https/],
  ['a password in a file under a public name', NAMED, /DEX_PASSWORD_HASH is a password that stands in a file, and reprise\.example is a name that others reach/],
  ['connectors for everybody', { ...CONNECTORS, ALLOW_EMAILS: '' }, /everybody whom the connectors know could come in/],
  ['a port that is none', { HTTP_PORT: '80a' }, /HTTP_PORT=80a in \.env is no port/],
  ['a file that is not there', { ...CONNECTORS, DEX_CONNECTORS_FILE: 'nowhere.yaml' }, /DEX_CONNECTORS_FILE=nowhere\.yaml in \.env names no file/],
  ['a token that would end a string', { ...CONNECTORS, NGROK_DOMAIN: 'reprise.ngrok.app', NGROK_AUTHTOKEN: 'x", y: "' }, /NGROK_AUTHTOKEN in \.env has a letter that no token has/, 'ngrok'],
];
for (const [what, values, sentence, profile = 'proxy'] of REFUSED) {
  test(`refused: ${what}`, async () => {
    const { code, text, has } = await made(profile, values);
    assert.equal(code, 78);
    assert.match(text, sentence);
    assert.ok(!has('app') && !has('dex'), 'nothing is made');
  });
}

test('CRLF and quotes change nothing, and what is made is for its service only', async () => {
  const files = ({ file }) => ['app/reprise.conf', 'app/oidc.yaml', 'app/client-secret', 'dex/config.yaml', 'database/dex-password'].map((name) => file(...name.split('/')));
  const plain = files(await made('proxy', { DEX_EMAIL: 'ada@example.test' }));
  assert.deepEqual(files(await made('proxy', { DEX_EMAIL: '"ada@example.test"   # me' }, { crlf: true })), plain);
  for (const service of readdirSync(clone.path('out'))) {
    for (const name of readdirSync(clone.path('out', service))) assert.equal(statSync(clone.path('out', service, name)).mode & 0o077, 0, `${service}/${name}`);
  }
});

// ---- images ----

/** The Debian packages of the libraries that these programs name themselves. */
function librariesOf(programs) {
  const paths = programs.flatMap((program) => {
    const loaded = new Map([...execFileSync('ldd', [binary(program)], { encoding: 'utf8' }).matchAll(/(\S+) => (\/\S+)/g)].map(([, name, path]) => [name, path]));
    const direct = [...execFileSync('readelf', ['-d', binary(program)], { encoding: 'utf8' }).matchAll(/NEEDED.*\[(.*)\]/g)].map(([, name]) => name);
    return direct.filter((name) => loaded.has(name)).map((name) => realpathSync(loaded.get(name)));
  });
  // Debian knows a library under /usr/lib or /lib, which are the same folder; dpkg fails for those that it does not know.
  const both = [...new Set(paths.flatMap((path) => [path, path.replace('/usr/lib/', '/lib/')]))];
  const { stdout } = spawnSync('dpkg', ['-S', ...both], { encoding: 'utf8' });
  const owners = [...new Set(stdout.split('\n').filter(Boolean).map((line) => line.split(':')[0]))];
  assert.ok(owners.includes('libssl3'), stdout);
  // These are in every base.
  return owners.filter((name) => !['libc6', 'libgcc-s1', 'libstdc++6'].includes(name));
}

test('the image names the package of every library that the programs load', () => {
  const names = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8').split(/\s+/);
  const owners = librariesOf(['reprise', 'reprise-emulator']);
  assert.ok(owners.length > 15);
  assert.deepEqual(owners.filter((name) => !names.includes(name)), []);
});

test('where an argument chooses a stage, its default stands there, too: without, Podman does not make the stage', () => {
  const text = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8');
  const stages = [...text.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name);
  const chosen = [...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].filter(([, , value]) => stages.includes(value));
  assert.deepEqual(chosen.map(([, name]) => name), ['BINARIES']);
  for (const [, name, value] of chosen) assert.ok(text.includes(`FROM \${${name}:-${value}} AS `), name);
});

test('the page of settings lists every library that the server loads, and Dex names every part of it', () => {
  const { debian } = JSON.parse(readFileSync(join(root, 'web/dist/licences.json'), 'utf8'));
  const listed = debian.map(({ name }) => name);
  assert.deepEqual(librariesOf(['reprise']).filter((name) => !listed.includes(name) && !name.startsWith('libboost-')), []);
  const parts = execFileSync('sh', [join(root, 'deploy/go-parts.sh'), join(root, 'build/peers/dex')], { encoding: 'utf8' }).trim().split('\n');
  assert.ok(parts.length > 50 && parts.every((line) => /^golang \S+ v?\d\S* [\w.-]*$/.test(line)), parts.join('\n'));
  assert.ok(parts.some((line) => line.startsWith('golang github.com/dexidp/dex ')) && parts.some((line) => line.startsWith('golang std 1.')));
});

test('a list of the parts of Dex that would be empty ends the build', () => {
  const listing = (env) => spawnSync('/bin/sh', [join(root, 'deploy/go-parts.sh'), '/bin/true', 'no-modules', clone.path('parts')], { encoding: 'utf8', env });
  const without = listing({ PATH: '' });
  assert.deepEqual([without.status, /binutils/.test(without.stderr)], [1, true], without.stderr);
  const empty = listing(process.env);
  assert.deepEqual([empty.status, /names no parts/.test(empty.stderr)], [1, true], empty.stderr);
});

test('every variable that is read is in the documents, and the other way round', () => {
  const text = readFileSync(join(root, 'docs/docker-profiles.md'), 'utf8');
  const rows = /\| variable \| default \| what \|\n([^]*?)\n\n/.exec(text)[1].split('\n');
  const said = rows.flatMap((row) => [...row.split('|')[1].matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  const list = /^SETTINGS='([^']*)'/m.exec(readFileSync(join(root, 'deploy/settings.sh'), 'utf8'))[1].split(/\s+/);
  assert.deepEqual([...said, 'REACT_APP_GEMINI_API_KEY'].sort(), list.sort());
  for (const template of ['.env.main', '.env.nginx', '.env.network']) {
    for (const [, name] of readFileSync(join(root, template), 'utf8').matchAll(/^#? ?([A-Z_]+)=/gm)) assert.ok(list.includes(name), `${name} in ${template}`);
  }
});

// ---- docker-compose.yml ----

const compose = (args) => execFileSync('docker-compose', args, { cwd: clone.folder, encoding: 'utf8' });

test('every profile is valid with every template, by itself and as the scripts call it', () => {
  for (const template of ['.env.main', '.env.nginx', '.env.network']) {
    copyFileSync(join(root, template), clone.path('.env'));
    const profiles = template === '.env.main' ? [['proxy'], ['dev'], ['ngrok'], ['backup']] : [['proxy', 'dev', 'ngrok']];
    for (const some of profiles) compose(['-f', 'deploy/docker-compose.yml', ...some.flatMap((one) => ['--profile', one]), 'config', '-q']);
  }
  compose(['-f', 'deploy/docker-compose.yml', '--project-directory', 'deploy', '--env-file', '.env', '-p', 'reprise', '--profile', 'proxy', 'config', '-q']);
});

test('every service is closed as far as it can be, and only nginx has ports that others may reach', () => {
  const { services } = YAML.parse(compose(['-f', 'deploy/docker-compose.yml', '--profile', 'proxy', '--profile', 'dev', '--profile', 'ngrok', '--profile', 'backup', 'config']));
  assert.deepEqual(Object.keys(services).sort(), ['app', 'app-dev', 'backup', 'db', 'db-port', 'dex', 'dex-dev', 'emulator', 'emulator-dev', 'ngrok', 'prepare', 'proxy']);
  for (const [name, service] of Object.entries(services)) {
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.equal(service.user, name === 'prepare' ? '0:0' : '10001:10001', name);
    assert.ok(service.pids_limit && service.mem_limit && service.logging.options['max-size'], name);
    if (name === 'prepare') continue;
    assert.deepEqual([service.init, service.stop_grace_period, service.restart], [true, '60s', name === 'backup' ? 'no' : 'unless-stopped'], name);
    for (const port of service.ports ?? []) assert.match(String(port.published ?? port), /^127\.0\.0\.1:/, `${name} for this machine only`);
  }
  const withPorts = (profile) => Object.entries(services).filter(([, one]) => one.ports && (!one.profiles || one.profiles.includes(profile))).map(([name]) => name);
  assert.deepEqual([withPorts('proxy'), withPorts('ngrok')], [['proxy'], ['proxy']]);
  assert.deepEqual([services.db.network_mode, services.prepare.network_mode], ['none', 'none']);
  assert.deepEqual(services.prepare.cap_add, ['CHOWN', 'DAC_OVERRIDE']);
  assert.ok(!JSON.stringify(services).includes('4040'), 'the inspection of ngrok is published nowhere');
});
