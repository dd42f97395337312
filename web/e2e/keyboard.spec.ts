/** The whole path without a pointer: start, interrupt, hang up, play, next interruption, download. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { startStack } from './harness/servers';
import { track, writeWav } from './harness/speech';

/** The most tab stops before a control; nobody would take a longer way. */
const TABS_MAX = 60;

/** Presses Tab until the control with this name has the focus. It waits until the control can be used: on a busy machine that may be later than 60 presses. */
async function tabTo(page: Page, name: string | RegExp, role: 'button' | 'tab' = 'button') {
  const control = page.getByRole(role, { name });
  await expect(control.first()).toBeEnabled();
  const wanted = control.and(page.locator(':focus'));
  for (let n = 0; n < TABS_MAX; n++) {
    if ((await wanted.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
  throw new Error(`Tab does not reach ${name}; the focus is on ${focused}`);
}

test('start, cut in, hang up, play, next interruption and download by keyboard', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-keyboard-'));
  const microphone = join(folder, 'mic.wav');
  const camera = join(folder, 'camera.y4m');
  writeWav(microphone, track([], 90));
  writeY4m(camera, breathe, 4);
  const stack = await startStack();
  const { context } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(stack.server.url);
    await expect(page.getByRole('button', { name: 'New chat' })).toBeVisible();
    await tabTo(page, 'New chat');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Nothing said yet')).toBeVisible();
    await tabTo(page, 'Start live');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await tabTo(page, 'Close');
    await expect(page.locator('.tooltip')).toBeVisible();
    // One press closes both, and the focus is back where it was.
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await tabTo(page, 'Start live');
    await page.keyboard.press('Enter');
    await tabTo(page, '“Tell me a long story”');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('log')).toContainText('Model');
    await page.waitForTimeout(3000);
    await page.keyboard.press('w');
    await expect(page.locator('input:focus, textarea:focus')).toHaveCount(1);
    await page.keyboard.type('stop');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('log')).toContainText('You cut in.');
    await page.waitForTimeout(2000);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+H');
    const play = page.getByRole('button', { name: 'Play session' });
    await expect(play).toBeFocused();
    await page.keyboard.press('Enter');
    const video = page.locator('video');
    const seconds = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
    await expect.poll(seconds).toBeGreaterThan(0);
    await page.keyboard.press('k');
    await page.keyboard.press('Home');
    await expect.poll(seconds).toBeLessThan(0.5);
    await page.keyboard.press('i');
    await expect.poll(seconds).toBeGreaterThan(0.5);
    await tabTo(page, /Download/);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem').first()).toBeVisible();
    const downloaded = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    expect((await downloaded).suggestedFilename()).toMatch(/\.(webm|vtt|mcap|txt|md)$/);
  } finally {
    await context.close();
    await stack.stop();
  }
});
