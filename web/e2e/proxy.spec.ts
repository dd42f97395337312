/** The services of the profile `proxy` as processes, with the files of their containers: all of it through nginx's one address. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { hangUp, startLive } from './harness/app';
import { launch } from './harness/browser';
import { account, sendForm, statusOf, toIssuer } from './harness/login';
import { fromTests } from './harness/paths';
import { track, writeWav } from './harness/speech';

type Proxied = {
  readonly origin: string;
  readonly password: string;
  readonly log: string;
  remove(): Promise<void>;
};
type Stacks = { readonly Stack: { start(): Promise<Proxied> } };

test('behind nginx: in by Dex, a talk with the emulator, hang up, play, out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-proxy-'));
  const microphone = join(folder, 'mic.wav');
  writeWav(microphone, track([{ atSeconds: 2, say: 'tell me a long story' }], 30));
  const { Stack } = await fromTests<Stacks>('stack.mjs');
  const stack = await Stack.start();
  const { context } = await launch({ microphone, camera: null });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const refused: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|Permissions policy/i.test(message.text()))
        refused.push(message.text());
    });
    await toIssuer(page, stack.origin);
    await sendForm(page, 'dev', stack.password);
    await expect(account(page)).toBeVisible();

    await startLive(page, stack.origin);
    await expect(page.locator('[role=log]')).toContainText(/story/i);
    await hangUp(page);
    await page.getByRole('button', { name: 'Play session' }).click();
    await expect
      .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
      .toBeGreaterThan(0);

    await page.goto(stack.origin);
    await account(page).click();
    await page.getByText('Log out', { exact: true }).click();
    await expect(page.getByRole('button', { name: 'Continue with Dex' })).toBeVisible();
    expect(await statusOf(page, '/api/me')).toBe(401);
    expect(refused).toEqual([]);
  } catch (error) {
    throw new Error(`${error}\n${stack.log}`);
  } finally {
    await context.close();
    await stack.remove();
    await rm(folder, { recursive: true, force: true });
  }
});
