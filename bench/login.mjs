// What logins cost: the same requests to a server with logins and to one without, and one login with everything that belongs to it.
import { Issuer } from '../tests/harness/issuer.mjs';
import { freePort } from '../tests/harness/ports.mjs';
import { callbackUrl, writeOidcFile } from '../tests/harness/oidc-file.mjs';
import { Person } from '../tests/harness/person.mjs';
import { binary, cpuSeconds, folder, output, quantile, remove, startReady } from './programs.mjs';

const SECONDS = 4;
const ROUNDS = 3;
const CHATS = 20;
const LOGINS = 200;

const median = (values) => quantile(values, 0.5);

async function startServer(listen, more = []) {
  const data = folder();
  const server = await startReady(binary('reprise'), [
    'serve', '--listen', listen, '--ops-listen', 'localhost:0', '--data-dir', data, '--gemini-url', 'http://localhost:1', ...more,
  ]);
  return { ...server, end: async () => (await server.stop(), remove(data)) };
}

async function requestsPerSecond(url, headers) {
  const text = await output('wrk', ['-t1', '-c16', `-d${SECONDS}s`, ...headers.flatMap((header) => ['-H', header]), url]);
  if (/Non-2xx/.test(text)) throw new Error(`${url} does not answer 200`);
  return Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

/** Requests in turn to both; the last row is how much slower it is with logins. */
async function beside(name, on, off, headers) {
  const [withLogin, without] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    withLogin.push(await requestsPerSecond(on, headers));
    without.push(await requestsPerSecond(off, []));
  }
  return [
    { name: `${name}, logged in`, value: median(withLogin), unit: 'req/s', compared_with: `without logins ${Math.round(median(without))} req/s` },
    { name: `${name}: slower with logins by`, value: (1 - median(withLogin) / median(without)) * 100, unit: '%', goal: '<= 5' },
  ];
}

export async function run() {
  const issuer = await Issuer.start();
  const listen = `localhost:${await freePort()}`;
  const origin = `http://${listen}`;
  const { secret } = issuer.addClient({ redirectUris: [callbackUrl(origin)] });
  const { file, folder: settings } = writeOidcFile({ publicUrl: origin, issuers: [{ id: 'dex', peer: { issuer: issuer.issuer, secret } }] });
  const on = await startServer(listen, ['--oidc-file', file]);
  const off = await startServer('localhost:0');
  try {
    const persons = { on: new Person(origin), off: new Person(off.url) };
    await persons.on.login();
    if (!(await persons.on.isLoggedIn())) throw new Error('nobody is logged in');
    for (const person of Object.values(persons)) {
      for (let n = 0; n < CHATS; n++) await person.ask('POST', '/api/chats', { title: `Chat ${n}` });
    }
    const cookie = `Cookie: __Host-sid=${persons.on.cookies.get('__Host-sid')}`;
    const rows = await beside(`GET /api/chats of ${CHATS} chats`, `${origin}/api/chats`, `${off.url}/api/chats`, [cookie]);
    const times = [];
    const before = cpuSeconds(on.child.pid);
    for (let n = 0; n < LOGINS; n++) {
      const person = new Person(origin);
      const started = performance.now();
      const begun = await person.begin();
      const between = performance.now();
      const back = await person.atIssuer(begun);
      const returned = performance.now();
      await person.fetch(back.href);
      times.push(between - started + performance.now() - returned);
    }
    const cpuMs = ((cpuSeconds(on.child.pid) - before) * 1000) / LOGINS;
    rows.push(
      { name: 'a login: both requests to us, the issuer on this machine, p50', value: median(times), unit: 'ms' },
      { name: 'a login: processor time of the server', value: cpuMs, unit: 'ms' },
    );
    return rows;
  } finally {
    await on.end();
    await off.end();
    await issuer.stop();
    remove(settings);
  }
}
