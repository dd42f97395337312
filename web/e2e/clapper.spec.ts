import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { download, hangUp, newestRecording, startLive } from './harness/app';
import { launch } from './harness/browser';
import { flash, writeY4m } from './harness/camera';
import { deliveredBeeps, deliveredFrames, onsets, quantile, slope } from './harness/clapper';
import { decodePictures, decodeSound } from './harness/media';
import { readRecording } from './harness/recording';
import { startStack } from './harness/servers';
import { beeps, writeWav } from './harness/speech';

const LONG = process.env.REPRISE_LONG === '1';
const SECONDS = LONG ? 300 : 30;
/** The clocks need a moment: the first seconds are measured but not judged. */
const WARM_UP_SECONDS = 3;
const BRIGHT = 150;

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
    await expect.poll(async () => (await newestRecording(stack.server.url)).state).toBe('complete');
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
    const pictures = decodePictures(media).filter((picture) => picture.mean > 25);
    const shownFlashes = onsets(
      pictures.map(({ atSeconds, mean }) => ({ at: atSeconds, value: mean })),
      BRIGHT,
    );

    // What the browser delivered. Pictures are copied one to one, so the n-th from the end is the n-th from the end.
    const frames = deliveredFrames(rows);
    const shift = frames.length - pictures.length;
    expect(Math.abs(shift), 'pictures shown and frames recorded').toBeLessThan(10);
    const brightness = pictures.map(({ mean }, index) => ({
      at: frames[index + shift] ?? Number.NaN,
      value: mean,
    }));
    const trueFlashes = onsets(brightness, BRIGHT);
    const trueBeeps = deliveredBeeps(rows);

    /** Distance from each beep to the flash nearest to it. */
    const distances = (beepTimes: readonly number[], flashTimes: readonly number[]) =>
      beepTimes.map((beep) => {
        const nearest = flashTimes.reduce(
          (best, at) => (Math.abs(at - beep) < Math.abs(best - beep) ? at : best),
          Number.POSITIVE_INFINITY,
        );
        return beep - nearest;
      });
    const shown = distances(shownBeeps, shownFlashes);
    const delivered = distances(trueBeeps, trueFlashes);
    expect(shown.length).toBeGreaterThan(SECONDS * 0.9);
    // The last beep is the last beep on both sides.
    const count = Math.min(shown.length, delivered.length) - WARM_UP_SECONDS;
    const errors = Array.from({ length: count }, (_, index) => {
      let error = ((shown.at(index - count) ?? 0) - (delivered.at(index - count) ?? 0)) * 1000;
      error -= Math.round(error / 1000) * 1000; // the nearest flash may differ by one whole second
      return { x: shownBeeps.at(index - count) ?? 0, y: error };
    });
    const absolute = errors.map(({ y }) => Math.abs(y));
    const steps = errors.filter(
      ({ y }, index) => index > 0 && Math.abs(y - (errors[index - 1]?.y ?? 0)) > 5,
    ).length;
    const report = {
      beeps: errors.length,
      p50_ms: quantile(
        errors.map(({ y }) => y),
        0.5,
      ),
      p95_abs_ms: quantile(absolute, 0.95),
      drift_ms_per_5_min: slope(errors) * 300,
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
