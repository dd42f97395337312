// Megabytes a second that are uploaded: to Reprise and to tusd by tus, to nginx by PUT, in turn in one run.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startNginx } from '../tests/harness/nginx.mjs';
import { freePort } from '../tests/harness/ports.mjs';
import { cpuSeconds, folder, quantile, remove, root, sleep, startStack, stop } from './programs.mjs';

const MB = 1_000_000;
const FILE_BYTES = 200 * MB;
/** As the page sends files. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const ROUNDS = 3;
const AT_ONCE = 4;
const TUSD = join(root, 'build/peers/tusd');

async function sent(wanted, url, init) {
  const answer = await fetch(url, init);
  if (answer.status !== wanted) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
  return answer;
}

/** By tus: an upload, then its pieces, one after the other. */
const byTus = (endpoint, chunkBytes) => async (bytes) => {
  const origin = new URL(endpoint).origin;
  const headers = { origin, 'tus-resumable': '1.0.0' };
  const begun = await sent(201, endpoint, {
    method: 'POST',
    headers: { ...headers, 'upload-length': String(bytes.length), 'upload-metadata': `filename ${Buffer.from('a.flac').toString('base64')}` },
  });
  const place = new URL(begun.headers.get('location'), endpoint).href;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const body = bytes.subarray(at, at + chunkBytes);
    await sent(204, place, { method: 'PATCH', headers: { ...headers, 'upload-offset': String(at), 'content-type': 'application/offset+octet-stream' }, body });
  }
  return async () => void (await fetch(place, { method: 'DELETE', headers }));
};

const byPut = (origin) => async (bytes, name) => {
  await sent(201, `${origin}/${name}`, { method: 'PUT', body: bytes });
  return async () => void (await fetch(`${origin}/${name}`, { method: 'DELETE' }));
};

/** A sound that is different each time: equal files are kept once. */
const soundOf = (bytes) => {
  bytes.write('fLaC');
  randomBytes(64).copy(bytes, 4);
  return bytes;
};

async function startTusd(data) {
  const port = await freePort();
  mkdirSync(data);
  const child = spawn(TUSD, ['-host', '127.0.0.1', '-port', String(port), '-upload-dir', data, '-disable-cors', '-behind-proxy=false'], { stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(origin).then(() => true, () => false)) return { origin, child };
    await sleep(50);
  }
  throw new Error('tusd does not answer');
}

async function startPut(place) {
  const port = await freePort();
  mkdirSync(join(place, 'files'), { recursive: true });
  // Where this runs as root, nginx's worker is somebody else.
  for (const [one, mode] of [[join(place, '..'), 0o711], [place, 0o711], [join(place, 'files'), 0o777]]) chmodSync(one, mode);
  const origin = `http://127.0.0.1:${port}`;
  const server = `server { listen 127.0.0.1:${port}; root ${place}/files; client_max_body_size 0; dav_methods PUT DELETE; }`;
  return { origin, nginx: await startNginx(place, server, async () => (await fetch(origin)).status > 0) };
}

/** Megabytes a second of AT_ONCE files that are sent at the same time. */
async function rate(give, atOnce, files) {
  const began = performance.now();
  const removals = await Promise.all(files.slice(0, atOnce).map((bytes, n) => give(bytes, `f${n}`)));
  const seconds = (performance.now() - began) / 1_000;
  await Promise.all(removals.map((removal) => removal()));
  return (atOnce * FILE_BYTES) / MB / seconds;
}

export async function run() {
  if (!existsSync(TUSD)) throw new Error('tusd is not built: ./dev bench uploads builds it');
  const place = folder();
  const stack = await startStack();
  const tusd = await startTusd(join(place, 'tusd'));
  const put = await startPut(join(place, 'nginx'));
  const ways = [
    ['Reprise, tus, as one request', byTus(`${stack.server.url}/api/uploads`, FILE_BYTES)],
    ['Reprise, tus, in pieces of 8 MiB', byTus(`${stack.server.url}/api/uploads`, CHUNK_BYTES)],
    ['tusd, as one request', byTus(`${tusd.origin}/files/`, FILE_BYTES)],
    ['tusd, in pieces of 8 MiB', byTus(`${tusd.origin}/files/`, CHUNK_BYTES)],
    ['nginx, PUT (not synced to the disk)', byPut(put.origin)],
  ];
  try {
    const rows = [];
    for (const atOnce of [1, AT_ONCE]) {
      const rates = ways.map(() => []);
      let cpu = 0;
      for (let round = 0; round < ROUNDS; round++) {
        for (const [at, [, give]] of ways.entries()) {
          const files = Array.from({ length: atOnce }, () => soundOf(Buffer.alloc(FILE_BYTES, round + 1)));
          const before = cpuSeconds(stack.server.child.pid);
          rates[at].push(await rate(give, atOnce, files));
          cpu += cpuSeconds(stack.server.child.pid) - before;
          await sleep(500);
        }
      }
      const what = `${atOnce} ${atOnce === 1 ? 'file' : 'files at once'} of 200 MB`;
      for (const [at, [name]] of ways.entries()) rows.push({ name: `${what}: ${name}`, value: quantile(rates[at], 0.5), unit: 'MB/s' });
      rows.push({ name: `${what}: processor of Reprise`, value: (1_000 * cpu) / (2 * ROUNDS * atOnce * FILE_BYTES / MB), unit: 'ms/MB' });
    }
    return rows;
  } finally {
    await stop(tusd.child);
    await put.nginx.stop();
    await stack.stop();
    remove(place);
  }
}
