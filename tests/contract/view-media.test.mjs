// The view media of a synthetic recording in ffprobe and in real Chromium, over HTTP Range.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(join(root, 'web/package.json'));
const { chromium } = require('@playwright/test');

const seconds = 300;
const folder = mkdtempSync(join(tmpdir(), 'reprise-view-'));
const recordings = { camera: [], sound: ['--no-camera'] };
const fileOf = (name) => join(folder, `${name}.webm`);
let server;
let browser;

/** Serves one page, and files with Range. */
function serve(request, response) {
  const name = request.url.slice(1);
  if (!(name in recordings)) {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><video id="video"></video>');
    return;
  }
  const { size } = statSync(fileOf(name));
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
  const first = range ? Number(range[1]) : 0;
  const last = range?.[2] ? Number(range[2]) : size - 1;
  response.writeHead(range ? 206 : 200, {
    'Content-Type': 'video/webm',
    'Accept-Ranges': 'bytes',
    'Content-Length': last - first + 1,
    ...(range && { 'Content-Range': `bytes ${first}-${last}/${size}` }),
  });
  createReadStream(fileOf(name), { start: first, end: last }).pipe(response);
}

before(async () => {
  for (const [name, options] of Object.entries(recordings)) {
    execFileSync(join(root, 'build/release/reprise-synthetic'), [
      ...['--out', join(folder, name), '--seconds', String(seconds), '--view', fileOf(name)],
      ...options,
    ]);
  }
  server = createServer(serve);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
      '--disable-background-networking', '--disable-component-update', '--autoplay-policy=no-user-gesture-required',
    ],
  });
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

/** The answer of ffprobe, one value per line. */
const probe = (name, ...options) =>
  execFileSync('ffprobe', ['-v', 'error', '-of', 'csv=p=0', ...options, fileOf(name)], { encoding: 'utf8' });

/** Opens the file, seeks to several places, and plays a second. Times in milliseconds. */
async function watch(name, seeks) {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const seen = await page.evaluate(
    async ({ source, targets }) => {
      const video = document.getElementById('video');
      const next = (event) =>
        new Promise((resolve, reject) => {
          video.addEventListener(event, resolve, { once: true });
          video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true });
        });
      const started = performance.now();
      const loaded = next('loadeddata');
      video.src = source;
      await loaded;
      const open = performance.now() - started;
      const took = [];
      const errors = [];
      for (const target of targets) {
        const before = performance.now();
        const seeked = next('seeked');
        video.currentTime = target;
        await seeked;
        took.push(performance.now() - before);
        errors.push(Math.abs(video.currentTime - target));
      }
      video.currentTime = 10;
      await next('seeked');
      await video.play();
      while (video.currentTime < 11) await next('timeupdate');
      return { open, took, errors, duration: video.duration, width: video.videoWidth, height: video.videoHeight };
    },
    { source: `/${name}`, targets: seeks },
  );
  await page.close();
  return seen;
}

for (const [name, size] of [['camera', [320, 240]], ['sound', [0, 0]]]) {
  describe(`view media: ${name}`, () => {
    test('has the tracks and the duration that it should have', () => {
      const codecs = probe(name, '-show_entries', 'stream=codec_name').trim().split('\n');
      assert.deepEqual(codecs, name === 'camera' ? ['vp9', 'opus'] : ['opus']);
      const duration = Number(probe(name, '-show_entries', 'format=duration'));
      assert.ok(Math.abs(duration - seconds) < 0.2, String(duration));
    });

    test('plays and seeks in Chromium', async (t) => {
      // Some of them where the camera is off (45 % to 55 %), and some at both ends.
      const targets = [200, 3, 150, 290, 140, 0, 160, 77.7, 299, 133.3, 164.9, 20];
      const seen = await watch(name, targets);
      assert.ok(Math.abs(seen.duration - seconds) < 0.2, String(seen.duration));
      assert.deepEqual([seen.width, seen.height], size);
      assert.ok(Math.max(...seen.errors) < 0.1, String(seen.errors));
      const sorted = seen.took.toSorted((a, b) => a - b);
      const p95 = sorted[Math.floor(0.95 * sorted.length)];
      t.diagnostic(`open ${seen.open.toFixed(0)} ms, seeks p50 ${sorted[sorted.length >> 1].toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`);
      // The goal is 150 ms, but a busy machine must not fail the test.
      assert.ok(p95 < 10 * 150, `p95 ${p95} ms`);
    });
  });
}
