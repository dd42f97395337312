// Static files and ranges, against nginx serving the same bytes on the same machine in the same run.
import { spawn } from 'node:child_process';
import { copyFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, output, remove, root, sleep, startStack, stop } from './programs.mjs';
import { finish, newRecording, putChunks, synthetic } from './recordings.mjs';

const SECONDS = 4;
const ROUNDS = 3;

async function requestsPerSecond(url, headers) {
  const text = await output('wrk', ['-t1', '-c16', `-d${SECONDS}s`, ...headers.flatMap((header) => ['-H', header]), url]);
  return Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

/** Sends the same request to both servers in turn; returns the medians and their ratio. */
async function beside(name, ours, theirs, headers) {
  const mine = [];
  const nginx = [];
  for (let i = 0; i < ROUNDS; i++) {
    mine.push(await requestsPerSecond(ours, headers));
    nginx.push(await requestsPerSecond(theirs, headers));
  }
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return [
    { name, value: median(mine), unit: 'req/s', compared_with: `nginx ${Math.round(median(nginx))} req/s` },
    { name: `${name}: nginx / ours`, value: median(nginx) / median(mine), unit: 'x', goal: '<= 2' },
  ];
}

/** Both servers must give the same answer; otherwise the comparison means nothing. */
async function same(ours, theirs, headers, status) {
  const bodies = [];
  for (const url of [ours, theirs]) {
    const answer = await fetch(url, { headers });
    if (answer.status !== status) throw new Error(`${url} answers ${answer.status}, not ${status}`);
    bodies.push(Buffer.from(await answer.arrayBuffer()));
  }
  if (Buffer.compare(...bodies) !== 0) throw new Error(`${ours} and ${theirs} answer other bytes`);
}

/** The address of the view media of a recording of one minute. */
async function minute(url) {
  const { place, files } = await synthetic(60);
  const id = await newRecording(url);
  await putChunks(url, id, files, 0, files.length);
  await finish(url, id, files.length);
  remove(place);
  const address = `${url}/api/recordings/${id}/media`;
  while ((await fetch(address, { method: 'HEAD' })).status !== 200) await sleep(50);
  return address;
}

export async function run() {
  const stack = await startStack();
  const place = folder();
  const sizeOf = (name) => statSync(join(root, 'web/dist/assets', name)).size;
  const scripts = readdirSync(join(root, 'web/dist/assets')).filter((name) => name.endsWith('.js'));
  const asset = scripts.sort((a, b) => sizeOf(b) - sizeOf(a))[0];
  copyFileSync(join(root, 'web/dist/assets', asset), join(place, asset));
  const media = await minute(stack.server.url);
  writeFileSync(join(place, 'media.webm'), Buffer.from(await (await fetch(media)).arrayBuffer()));
  const port = 21_800 + Math.floor(Math.random() * 90);
  // The folder belongs to this user, so the workers must run as this user.
  writeFileSync(join(place, 'nginx.conf'), `
${process.getuid() === 0 ? 'user root;' : ''} worker_processes 2; pid ${place}/pid; error_log ${place}/error.log; daemon off;
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; include /etc/nginx/mime.types;
  client_body_temp_path ${place}/b; proxy_temp_path ${place}/p; fastcgi_temp_path ${place}/f; uwsgi_temp_path ${place}/u; scgi_temp_path ${place}/s;
  server { listen 127.0.0.1:${port}; root ${place}; } }`);
  const nginx = spawn('/usr/sbin/nginx', ['-c', join(place, 'nginx.conf')], { stdio: 'inherit' });
  await sleep(500);
  try {
    const theirs = `http://127.0.0.1:${port}`;
    const identity = { 'Accept-Encoding': 'identity' };
    const ranges = [16, 256].map((kib) => ({ kib, headers: { Range: `bytes=65536-${65_535 + kib * 1024}` } }));
    const ours = `${stack.server.url}/assets/${asset}`;
    await same(ours, `${theirs}/${asset}`, identity, 200);
    const rows = await beside(`static file of ${Math.round(sizeOf(asset) / 1024)} KiB`, ours, `${theirs}/${asset}`, ['Accept-Encoding: identity']);
    for (const { kib, headers } of ranges) {
      await same(media, `${theirs}/media.webm`, headers, 206);
      rows.push(...(await beside(`range of ${kib} KiB of a recording's media`, media, `${theirs}/media.webm`, [`Range: ${headers.Range}`])));
    }
    return rows;
  } finally {
    await stop(nginx);
    await stack.stop();
    remove(place);
  }
}
