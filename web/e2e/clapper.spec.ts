import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { download, hangUp, newestRecording, startLive, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { flash, writeY4m } from './harness/camera';
import {
  deliveredBeeps,
  deliveredFrames,
  matchFrames,
  nearest,
  onsets,
  quantile,
  slope,
  withoutSteps,
} from './harness/clapper';
import { decodePictures, decodeSound, pictureHashes } from './harness/media';
import { readRecording } from './harness/recording';
import { startStack } from './harness/servers';
import { beeps, writeWav } from './harness/speech';

const LONG = process.env.REPRISE_LONG === '1';
const SECONDS = LONG ? 300 : 30;
/** The clocks need a moment: the first seconds are measured but not judged. */
const WARM_UP_SECONDS = 3;
const BRIGHT = 150;
/** A jump from one beep to the next that counts as a step, not as drift. */
const STEP_MS = 5;

test('sound and pictures stay in step: a flash and a beep each second', async () => {
  test.setTimeout((SECONDS + 180) * 1000);
  const folder = mkdtempSync(join(tmpdir(), 'reprise-clapper-'));
  const microphone = join(folder, 'beeps.wav');
  const camera = join(folder, 'flash.y4m');
  const scenario = join(folder, 'silent.yaml');
  writeWav(microphone, beeps(SECONDS + 30));
  writeY4m(camera, flash, 4);
  writeFileSync(scenario, 'answers: none\n');
  const stack = await startStack({ scenario });
  const { context } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await startLive(page, stack.server.url);
    await page.waitForTimeout(SECONDS * 1000);
    await hangUp(page);
    await untilComplete(stack, page);
    const { id } = await newestRecording(stack.server.url);
    const rows = await readRecording(
      await download(stack.server.url, `/api/recordings/${id}/recording.mcap`),
    );
    const media = join(folder, 'view.webm');
    writeFileSync(media, await download(stack.server.url, `/api/recordings/${id}/media`));

    // What the player shows.
    const { left } = decodeSound(media);
    const shownBeeps = onsets(
      Array.from(left, (value, index) => ({ at: index / 48_000, value: Math.abs(value) })),
      1500,
    );
    const decoded = decodePictures(media);
    const hashes = pictureHashes(media);
    expect(hashes.length).toBe(decoded.length);
    const sources = matchFrames(hashes, deliveredFrames(rows));
    const pictures = decoded.flatMap((picture, index) => {
      const source = sources[index];
      return source ? [{ ...picture, deliveredAt: source.at }] : [];
    });
    expect(pictures.length).toBeGreaterThan(decoded.length - 10);
    const flashes = onsets(
      pictures.map((picture) => ({ ...picture, at: picture.atSeconds, value: picture.mean })),
      BRIGHT,
    );
    expect(flashes.length).toBeGreaterThan(SECONDS * 0.9);
    expect(shownBeeps.length).toBeGreaterThan(SECONDS * 0.9);

    // Each beep that is heard, beside the flash nearest to it: how far apart they are shown, against how far apart the
    // browser delivered the same two.
    const trueBeeps = deliveredBeeps(rows).map((at) => ({ at }));
    const errors = shownBeeps.flatMap(({ at }) => {
      const flash = nearest(flashes, at);
      if (!flash || at < WARM_UP_SECONDS) return [];
      const expectedAt = flash.deliveredAt + at - flash.at;
      const beep = nearest(trueBeeps, expectedAt);
      // A beep that fell into a hole of the microphone's own blocks has nothing to be compared with.
      if (!beep || Math.abs(beep.at - expectedAt) > 0.4) return [];
      return [{ x: at, y: (expectedAt - beep.at) * 1000 }];
    });
    expect(errors.length).toBeGreaterThan(SECONDS * 0.9 - WARM_UP_SECONDS);
    const { steps, rest } = withoutSteps(errors, STEP_MS);
    const report = {
      beeps: errors.length,
      p50_ms: quantile(
        errors.map(({ y }) => y),
        0.5,
      ),
      p95_abs_ms: quantile(
        errors.map(({ y }) => Math.abs(y)),
        0.95,
      ),
      drift_ms_per_5_min: slope(rest) * 300,
      steps,
    };
    console.log(`clapper: ${JSON.stringify(report)}`);
    expect(report.p95_abs_ms, JSON.stringify(report)).toBeLessThanOrEqual(20);
    if (LONG)
      expect(Math.abs(report.drift_ms_per_5_min), JSON.stringify(report)).toBeLessThanOrEqual(5);
  } finally {
    await context.close();
    await stack.stop();
  }
});
