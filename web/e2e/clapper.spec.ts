import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { hangUp, newestRecording, startLive, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { flash, writeY4m } from './harness/camera';
import { clapperReport, WARM_UP_SECONDS } from './harness/clapper-report';
import { startStack } from './harness/servers';
import { beeps, writeWav } from './harness/speech';

const LONG = process.env.TEST_LONG === '1';
const SECONDS = LONG ? 300 : 30;

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
    const { report } = await clapperReport(stack.server.url, id, folder);
    const about = JSON.stringify(report);
    console.log(`clapper: ${about}`);
    expect(report.fromCamera, about).toBeGreaterThan(report.shown - 10);
    expect(report.flashes, about).toBeGreaterThan(SECONDS * 0.9);
    expect(report.beeps, about).toBeGreaterThan(SECONDS * 0.9);
    expect(report.pairs, about).toBeGreaterThan(SECONDS * 0.9 - WARM_UP_SECONDS);
    expect(report.p95_abs_ms, about).toBeLessThanOrEqual(20);
    if (LONG) expect(Math.abs(report.drift_ms_per_5_min), about).toBeLessThanOrEqual(5);
  } finally {
    await context.close();
    await stack.stop();
  }
});
