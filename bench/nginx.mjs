// What nginx in front of the server costs, with the configuration of deploy/nginx: the same requests through it and direct.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../tests/harness/ports.mjs';
import { folder, output, quantile, remove, root, sleep, startStack, stop } from './programs.mjs';
import { finish, newRecording, putBytes, putChunks, synthetic } from './recordings.mjs';

const SECONDS = 4;
const ROUNDS = 3;
const CHUNKS = 60;
const STREAMS = 100;
const median = (values) => quantile(values, 0.5);

async function requestsPerSecond(url, headers) {
  const text = await output('wrk', ['-t1', '-c16', `-d${SECONDS}s`, ...headers.flatMap((header) => ['-H', header]), url]);
  if (/Non-2xx/.test(text)) throw new Error(`${url} does not answer 2xx`);
  return Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

/** Requests in turn to both. */
async function beside(name, through, direct, headers = []) {
  const [slow, fast] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    slow.push(await requestsPerSecond(through, headers));
    fast.push(await requestsPerSecond(direct, headers));
  }
  return [{ name: `${name}, through nginx`, value: median(slow), unit: 'req/s', compared_with: `direct ${Math.round(median(fast))} req/s` }];
}

/** The times of `each`, in turn through nginx and direct: medians and the 99th of 100, in ms. */
async function times(name, count, each, [through, direct]) {
  const took = { through: [], direct: [] };
  for (let n = 0; n < count; n++) {
    for (const [way, url] of [['through', through], ['direct', direct]]) {
      const started = performance.now();
      await each(url, n);
      took[way].push(performance.now() - started);
    }
  }
  return [0.5, 0.99].map((q) => ({
    name: `${name}, through nginx, ${q === 0.5 ? 'half of them' : '99 of 100'}`, value: quantile(took.through, q), unit: 'ms',
    compared_with: `direct ${quantile(took.direct, q).toFixed(2)} ms`,
  }));
}

async function startNginx(app) {
  const place = folder();
  const port = await freePort();
  const http = execFileSync(join(root, 'deploy/nginx/render.sh'), ['--host', 'localhost', '--port', String(port), '--app', app], { encoding: 'utf8' });
  writeFileSync(join(place, 'nginx.conf'), `
${process.getuid() === 0 ? 'user root;' : ''} worker_processes auto; pid ${place}/pid; daemon off; events { worker_connections 1024; }
http { access_log off; client_body_temp_path ${place}/b; proxy_temp_path ${place}/p; fastcgi_temp_path ${place}/f; uwsgi_temp_path ${place}/u; scgi_temp_path ${place}/s;
${http} }`);
  const nginx = spawn('/usr/sbin/nginx', ['-e', 'stderr', '-c', join(place, 'nginx.conf')], { stdio: 'inherit' });
  const url = `http://localhost:${port}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.status === 200) return { url, end: async () => (await stop(nginx), remove(place)) };
    if (tries > 100) throw new Error(`nginx does not lead to the server: ${answer?.status}`);
    await sleep(50);
  }
}

/** A recording with its chunks; the address of its film, once it is there. */
async function film(url) {
  const { place, files } = await synthetic(CHUNKS);
  const id = await newRecording(url);
  await putChunks(url, id, files, 0, files.length);
  await finish(url, id, files.length);
  while ((await fetch(`${url}/api/recordings/${id}/media`, { method: 'HEAD' })).status !== 200) await sleep(50);
  return { path: `/api/recordings/${id}/media`, bytes: files.map((file) => readFileSync(file)), place };
}

/** A finished answer, whose events are sent from the first one to everybody who comes. */
async function answer(url) {
  const post = async (path, body) => {
    const headers = { 'content-type': 'application/json', origin: url };
    return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const chat = await post('/api/chats', {});
  const sent = await post(`/api/chats/${chat.id}/messages`, { client_id: 'bench', text: 'tell me a long story', upload_ids: [] });
  const path = `/api/chats/${chat.id}/messages/${sent.answer.id}/stream`;
  await (await fetch(url + path)).text();
  return path;
}

export async function run() {
  const stack = await startStack();
  const direct = stack.server.url;
  const nginx = await startNginx(new URL(direct).host);
  const assets = join(root, 'web/dist/assets');
  const [asset] = readdirSync(assets).filter((name) => name.endsWith('.js')).sort((a, b) => statSync(join(assets, b)).size - statSync(join(assets, a)).size);
  const both = [nginx.url, direct];
  const { path, bytes, place } = await film(direct);
  try {
    const rows = await beside('largest script', ...both.map((url) => `${url}/assets/${asset}`), ['Accept-Encoding: br']);
    rows.push(...(await beside('range of 256 KiB of a film', ...both.map((url) => url + path), ['Range: bytes=65536-327679'])));
    const ids = new Map();
    for (const url of both) ids.set(url, await newRecording(url));
    rows.push(...(await times('a chunk is stored', CHUNKS, (url, seq) => putBytes(url, ids.get(url), seq, bytes[seq]), both)));
    const stream = await answer(direct);
    const whole = await (await fetch(direct + stream)).text();
    rows.push(...(await times('all events of an answer', STREAMS, async (url) => {
      if ((await (await fetch(url + stream)).text()) !== whole) throw new Error('the stream differs');
    }, both)));
    return rows;
  } finally {
    await nginx.end();
    await stack.stop();
    remove(place);
  }
}
