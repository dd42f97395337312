/** Pictures of every screen and state in build/shots, on which axe-core must find nothing. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { LONG, lookAt } from './harness/screens';
import { type Stack, startStack } from './harness/servers';
import { track, writeWav } from './harness/speech';

const folder = mkdtempSync(join(tmpdir(), 'reprise-screens-'));
const microphone = join(folder, 'mic.wav');
const camera = join(folder, 'camera.y4m');

test.beforeAll(() => {
  writeWav(microphone, track([{ atSeconds: 4, say: 'what time is it' }], 120));
  writeY4m(camera, breathe, 4, 1280, 720);
});
test.setTimeout(LONG ? 1_200_000 : 180_000);

const press = (page: Page, name: string) => page.getByRole('button', { name }).first().click();

/** Home, library and start dialog of a first visit. */
async function before(page: Page, url: string, look: (name: string) => Promise<void>) {
  await page.goto(url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await look('home-first');
  await page.goto(`${url}/recordings`);
  await expect(page.getByText('No recordings yet')).toBeVisible();
  await look('library-empty');
  await page.goto(`${url}/recordings/0192f000-0000-7000-8000-000000000000`);
  await expect(page.getByText('Nothing here')).toBeVisible();
  await look('not-found');
  await page.goto(url);
  await press(page, 'New chat');
  await expect(page.getByText('Nothing said yet')).toBeVisible();
  await look('chat-new');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await look('keys');
  await page.keyboard.press('Escape');
  await press(page, 'Start live');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('consent');
  await page.getByRole('button', { name: 'Agree, check devices' }).click();
  await expect(page.getByRole('meter')).toBeVisible();
  await expect(page.getByText(/hears you|not heard/).first()).toBeVisible();
  await look('devices');
}

/** The live view from its beginning to an answer that is interrupted by writing. */
async function live(page: Page, look: (name: string) => Promise<void>) {
  await page.getByRole('dialog').getByRole('button', { name: 'Start live' }).click();
  await expect(page.getByText('Say something, or press what you want to say')).toBeVisible();
  await look('live-begin');
  await page.getByRole('button', { name: '“Tell me a long story”' }).click();
  await expect(page.getByRole('log').getByText('Model').first()).toBeVisible();
  await look('live-answer');
  await press(page, 'Write');
  await page.getByRole('textbox').fill('Stop, please. Which of the two wheels is worn out?');
  await look('live-write');
  await page.getByRole('textbox').press('Enter');
  await expect(page.getByText('You cut in', { exact: false }).last()).toBeVisible();
  await press(page, 'Write');
  await press(page, 'Turn camera off');
  await press(page, 'Mute microphone');
  await look('live-off');
  await press(page, 'Turn camera off');
  await page.waitForTimeout(1500);
}

/** The screens afterwards: thread, player, library, home. */
async function after(page: Page, stack: Stack, look: (name: string) => Promise<void>) {
  await press(page, 'Hang up');
  await expect(page.getByRole('button', { name: 'Play session' })).toBeVisible();
  const { id } = await untilComplete(stack, page);
  await expect(page.locator('.session-card__length')).toBeVisible();
  await look('thread');
  const { url } = stack.server;
  await page.goto(`${url}/recordings/${id}`);
  await expect(page.locator('.lanes__drawing')).toBeVisible();
  await page.getByRole('list', { name: 'Transcript' }).getByRole('button').nth(1).click();
  await look('player');
  await page.getByRole('tab', { name: /Events/ }).click();
  await look('player-events');
  await page.getByRole('tab', { name: /Transcript/ }).click();
  await page.locator('.loss-badge').click();
  await look('player-report');
  await page.goto(`${url}/recordings`);
  await expect(page.getByRole('heading', { level: 3 }).first()).toBeVisible();
  await look('library');
  await page.goto(url);
  await expect(page.getByRole('heading', { name: 'Last sessions' })).toBeVisible();
  await look('home');
  await stack.server.stop();
  await expect(page.getByText('The server does not answer.').first()).toBeVisible({
    timeout: 90_000,
  });
  await look('home-server-down');
}

test('every screen and state has its picture and nothing for axe to find', async () => {
  const stack = await startStack();
  const { context } = await launch({ microphone, camera, bypassCSP: true });
  const findings: string[] = [];
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const look = async (name: string) => {
      findings.push(...(await lookAt(page, name)));
    };
    await before(page, stack.server.url, look);
    await live(page, look);
    // The screens afterwards need a quiet machine.
    if (LONG) await after(page, stack, look);
    expect(findings).toEqual([]);
  } finally {
    if (findings.length > 0) console.log(findings.join('\n'));
    await context.close();
    await stack.stop();
  }
});
