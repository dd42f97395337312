/** A login that ends while one talks. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { hangUp, type Recording, startLive } from './harness/app';
import { account, continueWith, sendForm, toIssuer, withLogin } from './harness/login';
import { track, writeWav } from './harness/speech';

test('the talk goes on, one logs in again in place, and the whole of it is recorded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-login-ends-'));
  const microphone = join(folder, 'mic.wav');
  writeWav(microphone, track([{ atSeconds: 2, say: 'tell me a long story' }], 60));
  try {
    await withLogin(
      async ({ page, context, url, password }) => {
        await toIssuer(page, url);
        await sendForm(page, 'anna', password);
        await expect(account(page)).toBeVisible();
        await startLive(page, url);
        const log = page.locator('[role=log]'); // also behind the dialog
        await expect(log).toContainText(/story/i);
        const status = await page.evaluate(async () => {
          const headers = { 'Content-Type': 'application/json' };
          return (await fetch('/api/auth/logout', { method: 'POST', headers, body: '{}' })).status;
        });
        expect(status).toBe(200);

        const dialog = page.getByRole('dialog', { name: 'Your login has ended' });
        await expect(dialog).toBeVisible();
        const heard = await log.textContent();
        await expect.poll(() => log.textContent(), 'the model speaks on').not.toBe(heard);
        const opened = context.waitForEvent('page');
        await continueWith(page, 'Dex').click();
        const window = await opened;
        await expect(window.locator('input[name=login]')).toBeVisible();
        await sendForm(window, 'anna', password);
        await expect(dialog).toHaveCount(0);

        await hangUp(page);
        const newest = () =>
          page.evaluate(async () => {
            const answer = await fetch('/api/recordings');
            const { recordings } = (await answer.json()) as { recordings: Recording[] };
            return recordings[0];
          });
        await expect.poll(async () => (await newest())?.state).toBe('complete');
        const recording = await newest();
        expect(recording?.chunks_stored).toBe((recording?.last_seq ?? 0) + 1);
        await page.getByRole('button', { name: 'Play session' }).click();
        await expect(page.getByRole('button', { name: /^Play/ }).first()).toBeVisible();
      },
      { devices: { microphone, camera: null } },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
