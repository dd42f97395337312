// A real nginx for tests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const kNginx = '/usr/sbin/nginx';

/** A failed test may have left some running; they must not keep the test file from ending. */
const started = new Set();
after(() => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
});

/** Runs nginx with `http`, what stands inside of its block of that name, until `stop`. `answers` tells when it is ready. */
export async function startNginx(folder, http, answers) {
  assert.ok(existsSync(kNginx), 'nginx is not installed: ./dev test installs it');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log stderr warn;
    events { worker_connections 256; }
    http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      ${http} }`,
  );
  const nginx = spawn(kNginx, ['-e', 'stderr', '-c', join(folder, 'nginx.conf')]);
  started.add(nginx);
  let log = '';
  nginx.stderr.on('data', (data) => (log += data));
  for (let tries = 0; !(await answers().catch(() => false)); tries += 1) {
    assert.ok(tries < 600 && nginx.exitCode === null, `nginx does not answer: ${log}`);
    await sleep(50);
  }
  return {
    get log() {
      return log;
    },
    async stop() {
      nginx.kill('SIGTERM');
      if (nginx.exitCode === null) await once(nginx, 'exit');
    },
  };
}

/** The configuration for nodes on these ports from docs/operating.md, without TLS, for `startNginx`. */
export function nodesBehind(port, ports) {
  const file = fileURLToPath(new URL('../../docs/operating.md', import.meta.url));
  const blocks = [...readFileSync(file, 'utf8').matchAll(/```nginx\n(.*?)```/gs)].map((match) => match[1]);
  const upstream = blocks.find((block) => block.startsWith('upstream')) ?? '';
  const server = blocks.find((block) => block.startsWith('server')) ?? '';
  const own = upstream.replace('10.0.0.11:8080', `127.0.0.1:${ports[0]}`).replace('10.0.0.12:8080', `127.0.0.1:${ports[1]}`)
    + server.replace('listen 443 ssl;', `listen 127.0.0.1:${port};`).replace(/ *ssl_.*\n/g, '').replaceAll('http://127.0.0.1:8080', 'http://reprise');
  assert.ok(own.includes(String(ports[0])) && own.includes(String(ports[1])) && !own.includes('8080') && !own.includes('ssl'), own);
  return own;
}
