/** Browsers and pages with restrictions: the app works as far as possible, and says what it cannot do. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { hangUp, newestRecording, startLive, untilComplete } from './harness/app';
import { PLAIN_HOST_ARGS, startBetween } from './harness/between';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { startStack } from './harness/servers';
import { track, writeWav } from './harness/speech';
import { syntheticRecording } from './harness/synthetic';

let microphone = '';
let camera = '';

test.beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-bare-'));
  microphone = join(folder, 'mic.wav');
  camera = join(folder, 'camera.y4m');
  writeWav(microphone, track([{ atSeconds: 2, say: 'what time is it' }], 30));
  writeY4m(camera, breathe, 4);
});

/** A profile in which the person has blocked all site data. */
const blockedProfile = async () => {
  const profile = await mkdtemp(join(tmpdir(), 'reprise-blocked-'));
  await mkdir(join(profile, 'Default'));
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(settings));
  return profile;
};
const errorsOf = (page: Page): string[] => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  return errors;
};

test('site data blocked: the app works with its defaults and says what it cannot do', async () => {
  const stack = await startStack();
  const { context } = await launch({ microphone, camera }, await blockedProfile());
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const errors = errorsOf(page);
    await page.goto(stack.server.url);
    expect(
      await page.evaluate(() => {
        try {
          return typeof localStorage;
        } catch (error) {
          return (error as Error).name;
        }
      }),
    ).toBe('SecurityError');
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await page.getByRole('button', { name: 'Start live' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Start live' }).click();
    await expect(dialog.getByText('This browser cannot record')).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Start live' })).toBeDisabled();
    await page.screenshot({ path: 'test-results/bare-blocked.png' });
    // Start live was pressed before, so it starts.
    await dialog.getByRole('button', { name: 'Talk without recording' }).click();
    await expect(page.getByText('Connected')).toBeVisible();
    await expect(page.getByText('Not recorded')).toBeVisible();
    await page.getByRole('button', { name: 'Hang up' }).click();
    await expect(page.getByText('You talked without recording.')).toBeVisible();
    const id = await syntheticRecording(stack.server.url, 20);
    await page.goto(`${stack.server.url}/recordings/${id}`);
    await expect(page.getByRole('slider', { name: 'Seek' })).toBeVisible();
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await stack.stop();
  }
});

test('opened over plain http by a name: it says that devices need https or localhost', async () => {
  const stack = await startStack();
  const proxy = await startBetween(stack.server.url);
  const { context } = await launch({ microphone, camera, args: PLAIN_HOST_ARGS });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const errors = errorsOf(page);
    await page.goto(proxy.plainUrl);
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await page.getByRole('button', { name: 'Start live' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Start live' }).click();
    await expect(dialog.getByText('Microphone and camera need https or localhost')).toBeVisible();
    await expect(dialog.getByText('Opening the camera')).toHaveCount(0);
    await page.screenshot({ path: 'test-results/bare-plain-http.png' });
    await dialog.getByRole('button', { name: 'Open library' }).click();
    await expect(page).toHaveURL(`${proxy.plainUrl}/recordings`);
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await proxy.close();
    await stack.stop();
  }
});

test('a server that goes away during playback: it goes on at the same place by itself', {
  tag: '@long',
}, async () => {
  const stack = await startStack();
  const { context } = await launch({ microphone: null, camera: null });
  try {
    // Long enough that the browser has not loaded all of it.
    const id = await syntheticRecording(stack.server.url, 1200);
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`${stack.server.url}/recordings/${id}`);
    await expect(page.getByRole('slider', { name: 'Seek' })).toBeVisible();
    const time = () =>
      page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
    if (await page.locator('video').evaluate((video: HTMLVideoElement) => video.paused)) {
      await page.keyboard.press('k');
    }
    await expect.poll(time).toBeGreaterThan(1);
    await stack.server.stop('SIGKILL');
    await page.keyboard.press('5');
    await expect(page.getByText('The server does not answer. Playback goes on')).toBeVisible({
      timeout: 60_000,
    });
    await page.screenshot({ path: 'test-results/bare-player-away.png' });
    await stack.restartServer();
    await expect.poll(time, { timeout: 30_000 }).toBeGreaterThan(600);
    expect(await time()).toBeLessThan(640);
    await expect(page.getByText('The server does not answer. Playback goes on')).toBeHidden();
  } finally {
    await context.close();
    await stack.stop();
  }
});

test('a talk whose journal is in this browser is called complete only by the server', async () => {
  const stack = await startStack();
  const proxy = await startBetween(stack.server.url);
  const { context } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await startLive(page, proxy.url);
    await page.waitForTimeout(3000);
    // A proxy that restarts in front of the server.
    const notFound = { status: 404, type: 'text/plain', body: '404 page not found' };
    proxy.foreign = (_method, path) => (path.startsWith('/api/recordings/') ? notFound : null);
    await page.waitForTimeout(3000);
    await expect(
      page.getByText('Something else answers in its place (404 text/plain)'),
    ).toBeVisible();
    await expect(page.locator('.live__recording')).toContainText('Recording');
    await page.screenshot({ path: 'test-results/bare-proxy.png' });
    proxy.foreign = null;
    await expect(page.getByText('Something else answers')).toHaveCount(0);
    await hangUp(page);
    const recording = await untilComplete(stack, page);
    expect(recording.chunks_stored).toBe(recording.last_seq + 1);
    await expect(page.getByText('Complete', { exact: true })).toBeVisible();
  } finally {
    await context.close();
    await proxy.close();
    await stack.stop();
  }
});

test('one part that a firewall stops: the rest arrives, it is handed out, and heals at a later visit', {
  tag: '@long',
}, async () => {
  const stack = await startStack();
  const proxy = await startBetween(stack.server.url);
  const { context } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const denied = { status: 403, type: 'text/html', body: 'Denied by policy' };
    proxy.foreign = (method, path) =>
      method === 'PUT' && path.endsWith('/chunks/1') ? denied : null;
    await startLive(page, proxy.url);
    await expect(page.getByText('One part is not accepted.')).toBeVisible({ timeout: 40_000 });
    await page.screenshot({ path: 'test-results/bare-part-live.png' });
    await hangUp(page);
    await expect(page.getByText(/of a session could not be sent/)).toBeVisible({ timeout: 40_000 });
    expect(await newestRecording(stack.server.url)).toMatchObject({
      state: 'complete_with_gaps',
      missing_seqs: [1],
    });
    await expect(page.getByText('Complete', { exact: true })).toHaveCount(0);
    await page.screenshot({ path: 'test-results/bare-part-kept.png' });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^reprise-.*\.tar$/);
    const tar = readFileSync(await file.path());
    expect([...tar.subarray(512, 518)]).toEqual([0x89, ...Buffer.from('MCAP0')]);
    proxy.foreign = null;
    await page.reload();
    await expect(page.getByText('The session is complete.')).toBeVisible({ timeout: 40_000 });
    expect(await newestRecording(stack.server.url)).toMatchObject({ state: 'complete' });
    await expect(page.getByText('Complete', { exact: true })).toBeVisible();
  } finally {
    await context.close();
    await proxy.close();
    await stack.stop();
  }
});
