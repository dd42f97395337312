// Static files and ranges, against nginx serving the same bytes on the same machine in the same run.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, output, remove, root, sleep, startStack, stop } from './programs.mjs';

const SECONDS = 4;
const ROUNDS = 3;

async function requestsPerSecond(url, headers) {
  const text = await output('wrk', ['-t1', '-c16', `-d${SECONDS}s`, ...headers.flatMap((header) => ['-H', header]), url]);
  return Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

/** The same request at both servers in turn; medians and their ratio. */
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

export async function run() {
  const stack = await startStack();
  const place = folder();
  const asset = readdirSync(join(root, 'web/dist/assets')).find((name) => name.endsWith('.js'));
  mkdirSync(join(place, 'assets'));
  copyFileSync(join(root, 'web/dist/assets', asset), join(place, 'assets', asset));
  const port = 21_800 + Math.floor(Math.random() * 90);
  writeFileSync(join(place, 'nginx.conf'), `
worker_processes 2; pid ${place}/pid; error_log ${place}/error.log; daemon off;
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nodelay on; include /etc/nginx/mime.types;
  client_body_temp_path ${place}/b; proxy_temp_path ${place}/p; fastcgi_temp_path ${place}/f; uwsgi_temp_path ${place}/u; scgi_temp_path ${place}/s;
  server { listen 127.0.0.1:${port}; root ${place}; } }`);
  const nginx = spawn('/usr/sbin/nginx', ['-c', join(place, 'nginx.conf')], { stdio: 'inherit' });
  await sleep(500);
  try {
    const bytes = readFileSync(join(place, 'assets', asset)).length;
    const ours = `${stack.server.url}/assets/${asset}`;
    const theirs = `http://127.0.0.1:${port}/assets/${asset}`;
    return [
      ...(await beside(`static file of ${Math.round(bytes / 1024)} KiB`, ours, theirs, ['Accept-Encoding: identity'])),
      ...(await beside('range of 16 KiB', ours, theirs, ['Accept-Encoding: identity', 'Range: bytes=0-16383'])),
    ];
  } finally {
    await stop(nginx);
    await stack.stop();
    remove(place);
  }
}
