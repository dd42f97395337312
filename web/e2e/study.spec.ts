/** A participant of a study, by keyboard alone: from the link to the thanks. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { inApp } from './harness/in-app';
import { track, writeWav } from './harness/speech';

const microphone = join(mkdtempSync(join(tmpdir(), 'reprise-study-')), 'silence.wav');
test.beforeAll(() => writeWav(microphone, track([], 60)));

/** The most tab stops before a control. */
const TABS_MAX = 40;

async function tabTo(page: Page, role: 'button' | 'radio' | 'slider', name: string | RegExp) {
  const control = page.getByRole(role, { name }).first();
  await expect(control).toBeEnabled();
  await expect(control).not.toHaveAttribute('aria-busy', 'true');
  const wanted = control.and(page.locator(':focus'));
  for (let n = 0; n < TABS_MAX; n++) {
    if ((await wanted.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${name}`);
}

test('from the link to the thanks by keyboard; the link is used then', () =>
  inApp({ microphone, camera: null }, async ({ page, context, stack }) => {
    const ask = async (path: string, body: unknown) => {
      const response = await fetch(`${stack.server.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: stack.server.url },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(201);
      return response.json();
    };
    const task = await ask('/api/tasks', {
      title: 'Plan a ride',
      steps: [{ text: 'Ask for a route' }],
    });
    const study = await ask('/api/studies', {
      task_id: task.id,
      title: 'Two voices',
      state: 'open',
      consent_text: 'We record what you say, for a year.',
      conditions: [{ name: 'A' }],
      before: [{ questions: [{ kind: 'choice', text: 'Do you ride?', choices: ['Yes', 'No'] }] }],
      after: [
        {
          questions: [
            { kind: 'likert', text: 'How was it?' },
            { kind: 'likert', text: 'How hard?', points: 21 },
          ],
        },
      ],
    });
    const { links } = await ask(`/api/studies/${study.id}/participants`, { count: 1 });
    const address = `${stack.server.url}/study#${links[0].secret}`;
    await page.goto(address);
    await expect(page.getByText('We record what you say')).toBeVisible();
    await expect(page.getByText('A program of this server answers you')).toBeVisible();
    expect(page.url()).not.toContain('#');
    await tabTo(page, 'button', 'I agree and take part');
    await page.keyboard.press('Enter');

    await expect(page.getByRole('heading', { name: 'Before you talk' })).toBeFocused();
    await tabTo(page, 'button', 'Save and go on');
    await page.keyboard.press('Enter');
    await expect(page.getByText('This needs an answer.')).toBeVisible();
    await expect(page.getByRole('radio', { name: 'Yes' })).toBeFocused();
    await page.keyboard.press('Space');
    await tabTo(page, 'button', 'Save and go on');
    await page.keyboard.press('Enter');

    await expect(page.getByRole('heading', { name: 'Plan a ride' })).toBeFocused();
    await tabTo(page, 'button', 'Start talking');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Can you be heard?' })).toBeVisible();
    await expect(page.getByRole('meter', { name: 'Microphone level' })).toBeVisible();
    await tabTo(page, 'button', 'Begin the talk');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('checkbox', { name: 'Ask for a route' })).toBeVisible();
    await expect(page.locator('.live__recording')).toContainText('Recording');
    await expect(page.getByRole('button', { name: 'Turn camera off' })).toHaveCount(0);
    await page.waitForTimeout(1500);
    await page.keyboard.press('Shift+H');
    await expect(page.getByText('Your talk is saved.')).toBeVisible();
    await tabTo(page, 'button', 'Go on');
    await page.keyboard.press('Enter');

    await expect(page.getByRole('heading', { name: 'After the talk' })).toBeFocused();
    await tabTo(page, 'radio', /^1/);
    await page.keyboard.press('ArrowRight');
    await tabTo(page, 'slider', 'How hard?');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, 'button', 'Save and go on');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Thank you' })).toBeFocused();

    const table = await (await fetch(`${stack.server.url}/api/studies/${study.id}/table`)).text();
    expect(table.split('\r\n')[1]).toMatch(/,P1,.*,A,done,.*,Yes,2,12$/);
    await context.clearCookies();
    await page.goto('about:blank');
    await page.goto(address);
    await expect(page.getByRole('heading', { name: 'This link was used already' })).toBeFocused();
  }));
