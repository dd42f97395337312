import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { download, newestRecording, startLive, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { readRecording, samples } from './harness/recording';
import { killRenderers } from './harness/renderer';
import { startStack } from './harness/servers';
import { track, writeWav } from './harness/speech';

const folder = mkdtempSync(join(tmpdir(), 'reprise-crash-'));
const microphone = join(folder, 'mic.wav');
const camera = join(folder, 'camera.y4m');

test.beforeAll(() => {
  writeWav(microphone, track([{ atSeconds: 2, say: 'what time is it' }], 40));
  writeY4m(camera, breathe, 4);
});

test('a killed tab loses at most a second; the next visit sends the rest by itself', async () => {
  const stack = await startStack();
  const { context, profile } = await launch({ microphone, camera });
  let killedAt = 0;
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await startLive(page, stack.server.url);
    await page.waitForTimeout(8000);
    // Without the server, only the browser has the last seconds.
    await stack.server.stop('SIGKILL');
    await page.waitForTimeout(4000);
    killedAt = Date.now();
    expect(killRenderers(profile)).toBeGreaterThan(0);
  } finally {
    await context.close();
  }
  await stack.restartServer();
  const again = await launch({ microphone, camera }, profile);
  try {
    const page = again.context.pages()[0] ?? (await again.context.newPage());
    await page.goto(stack.server.url);
    await untilComplete(stack, page);
    const recording = await newestRecording(stack.server.url);
    const rows = await readRecording(
      await download(stack.server.url, `/api/recordings/${recording.id}/recording.mcap`),
    );
    const last = Math.max(...rows.map((row) => row.logTimeUs / 1000));
    expect(killedAt - last).toBeLessThanOrEqual(1000);
    expect(samples(rows, '/mic/pcm').length).toBeGreaterThan(16_000 * 10);
    await expect(page.getByText('complete', { exact: false }).first()).toBeVisible();
  } finally {
    await again.context.close();
    await stack.stop();
  }
});

test('a killed server loses no acknowledged chunk, and the session goes on', async () => {
  const stack = await startStack();
  const { context } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await startLive(page, stack.server.url);
    await page.waitForTimeout(5000);
    await stack.restartServer('SIGKILL');
    await page.waitForTimeout(5000);
    await page.getByRole('button', { name: 'Hang up' }).click();
    await untilComplete(stack, page);
    const recording = await newestRecording(stack.server.url);
    expect(recording.chunks_stored).toBe(recording.last_seq + 1);
    const rows = await readRecording(
      await download(stack.server.url, `/api/recordings/${recording.id}/recording.mcap`),
    );
    expect(samples(rows, '/mic/pcm').length).toBeGreaterThan(16_000 * 9);
  } finally {
    await context.close();
    await stack.stop();
  }
});
