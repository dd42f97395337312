/** Films that the browser reads from the bucket itself: sound across origins, and links that have become old. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { launch } from './harness/browser';
import { startBucket } from './harness/bucket';
import { timeOf } from './harness/film';
import { startStack } from './harness/servers';
import { syntheticRecording } from './harness/synthetic';

/** Long enough that a browser does not load all of it before anybody plays. */
const SECONDS = 400;

/** Listens to what the player gives to Web Audio: silence, when the film's origin does not allow to hear it. */
const listen = (page: Page) =>
  page.addInitScript(() => {
    const make = AudioContext.prototype.createMediaElementSource;
    AudioContext.prototype.createMediaElementSource = function (element) {
      const source = make.call(this, element);
      const analyser = this.createAnalyser();
      source.connect(analyser);
      Object.assign(globalThis, { analyser });
      return source;
    };
  });
const loudness = (page: Page) =>
  page.evaluate(() => {
    const { analyser } = globalThis as unknown as { analyser?: AnalyserNode };
    if (!analyser) return 0;
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  });

test('a film that lies in a bucket is seen and heard, also after its link has become old', {
  tag: '@long',
}, async () => {
  const fake = await startBucket();
  const key = join(mkdtempSync(join(tmpdir(), 'reprise-key-')), 'key.json');
  writeFileSync(key, JSON.stringify(fake.account), { mode: 0o600 });
  const stack = await startStack({
    serverArgs: [
      '--blob-store',
      `gs://test-bucket?endpoint=${encodeURIComponent(fake.url)}`,
      '--media-from',
      'bucket',
    ],
    serverEnv: { GOOGLE_APPLICATION_CREDENTIALS: key, no_proxy: '*' },
  });
  const { url } = stack.server;
  // As `reprise doctor gcs --origin URL --fix` sets it.
  const responseHeader = ['Content-Range', 'Content-Length', 'Accept-Ranges', 'ETag'];
  fake.bucket.config.cors = [{ origin: [url], method: ['GET', 'HEAD'], responseHeader }];
  const { context } = await launch({ microphone: null, camera: null });
  try {
    const id = await syntheticRecording(url, SECONDS);
    const page = context.pages()[0] ?? (await context.newPage());
    const problems: string[] = [];
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    await listen(page);
    await page.goto(`${url}/recordings/${id}`);
    const play = page.getByRole('button', { name: 'Play', exact: true });
    await expect(page.getByRole('slider', { name: 'Seek' })).toBeVisible();
    const video = page.locator('video');
    const isPaused = () => video.evaluate((one: HTMLVideoElement) => one.paused);
    if (await isPaused()) await play.click();
    await expect.poll(() => timeOf(page)).toBeGreaterThan(1);
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.01);
    expect(problems).toEqual([]);

    const linked = () => fake.asked.filter(({ path }) => path.includes('X-Goog-Signature'));
    const old = new Set(
      linked().map(({ path }) => new URL(path, url).searchParams.get('X-Goog-Date')),
    );
    expect(old.size).toBeGreaterThan(0);
    // What the bucket says to a link after its five minutes; links of other moments go on to work.
    fake.fault(new RegExp(`X-Goog-Date=(${[...old].join('|')})`), { status: 400 }, 1e9);
    const far = (SECONDS * 9) / 10;
    await video.evaluate((one: HTMLVideoElement, at) => {
      one.currentTime = at;
    }, far);
    await expect.poll(() => timeOf(page)).toBeGreaterThan(far + 1);
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.01);
    await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
    const refused = linked().filter(({ status }) => status === 400);
    expect(refused.length, 'the old link was tried').toBeGreaterThan(0);
  } finally {
    await context.close();
    await stack.stop();
    await fake.stop();
  }
});
