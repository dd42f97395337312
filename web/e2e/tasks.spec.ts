/** A task is made, put first by the keyboard, and done while talking; the film knows when a step was ticked, and the session is counted. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { untilComplete } from './harness/app';
import { inApp } from './harness/in-app';
import { track, writeWav } from './harness/speech';

const microphone = join(mkdtempSync(join(tmpdir(), 'reprise-tasks-')), 'silence.wav');
test.beforeAll(() => writeWav(microphone, track([], 60)));

test('a step that is ticked while talking is found in the film', () =>
  inApp({ microphone, camera: null }, async ({ page, stack }) => {
    await page.goto(stack.server.url);
    await page.getByRole('link', { name: 'Tasks' }).click();
    for (const title of ['Oil the chain', 'Try the derailleur']) {
      await page.getByRole('button', { name: 'New task' }).click();
      await page.getByLabel('Title').fill(title);
      await page.getByRole('button', { name: 'Add a step' }).click();
      await page.getByLabel('Step 1', { exact: true }).fill('Shift under load');
      await page.getByRole('button', { name: 'Make task' }).click();
      await expect(page.getByRole('listitem', { name: title })).toBeVisible();
    }
    await page.getByRole('button', { name: 'Move Try the derailleur' }).press('ArrowUp');
    const titles = page.getByRole('list', { name: 'Tasks' }).locator('strong');
    await expect(titles).toHaveText(['Try the derailleur', 'Oil the chain']);
    // A table by hand: what is wrong is named by its line, what is right is made.
    const choose = (table: string) =>
      page
        .getByLabel('Table of tasks')
        .setInputFiles({ name: 't.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
    await choose('Title;Done\nPump;maybe\n');
    const wrong = page.getByRole('dialog', { name: 'No task was made' });
    await expect(wrong).toContainText('Line 2: `done`');
    await wrong.getByRole('button', { name: 'Close' }).last().click();
    await choose('Title;Done\nPump;true\n');
    await expect(page.getByRole('listitem', { name: 'Pump' })).toBeVisible();
    await page.getByRole('button', { name: /^Try the derailleur/ }).click();
    await page.getByRole('button', { name: 'Start live for this task' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start live' }).click();
    // After the consent one sees what the model can be told of the task.
    const sheet = page.getByRole('dialog', { name: 'Start a live session' });
    await expect(sheet.getByRole('switch', { name: /task/ })).not.toBeChecked();
    await sheet.getByRole('button', { name: 'Start live' }).click();
    const step = page.getByRole('checkbox', { name: 'Shift under load' });
    await expect(page.getByText('Say something')).toBeVisible();
    await step.check();
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Hang up' }).click();
    const recording = await untilComplete(stack, page);
    await page.getByRole('link', { name: 'Tasks' }).click();
    await page.getByRole('button', { name: /^Try the derailleur.*1 of 1 step/ }).click();
    await page.getByRole('link', { name: /^Play/ }).click();
    await expect(page).toHaveURL(new RegExp(recording.id));
    await expect(page.getByText('Step done: “').first()).toBeAttached();
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
    const stats = async () =>
      (await (await fetch(`${stack.server.url}/api/analytics/stats`)).json()).by_kind;
    await expect
      .poll(stats)
      .toMatchObject({ session_start: 1, session_end: 1, task_step: 1, playback_open: 1 });
    // The session is counted, drawn under the real policy of contents, and found behind its bar.
    await page.goto(`${stack.server.url}/analytics?days=7`);
    const bars = page.getByRole('region', { name: 'Sessions per day', exact: true });
    await expect(bars.getByText(/^1 session,/)).toBeVisible();
    await expect(bars.locator('canvas')).toBeVisible();
    await bars.getByText('Table', { exact: true }).click();
    await bars.getByRole('link').click();
    await expect(page.getByRole('link', { name: /^Play/ })).toHaveAttribute(
      'href',
      `/recordings/${recording.id}`,
    );
  }));
