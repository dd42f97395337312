/** Pictures of every screen and state in build/shots, on which axe-core must find nothing. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { untilComplete } from './harness/app';
import { breathe, writeY4m } from './harness/camera';
import { type App, inApp } from './harness/in-app';
import { compareLook, LONG, lookAt } from './harness/screens';
import { track, writeWav } from './harness/speech';

const folder = mkdtempSync(join(tmpdir(), 'reprise-screens-'));
const silence = join(folder, 'silence.wav');
const camera = join(folder, 'camera.y4m');

test.beforeAll(() => {
  // What is said here is pressed, so that no answer begins while pictures are made.
  writeWav(silence, track([], 300));
  writeY4m(camera, breathe, 4, 1280, 720);
});
test.setTimeout(LONG ? 600_000 : 180_000);

type Look = (name: string) => Promise<void>;
type Visit = App & { readonly look: Look };

const press = (page: Page, name: string) => page.getByRole('button', { name }).first().click();

/** Runs `tour` in an app of its own. What axe-core finds on the way is the failure. */
const visit = (tour: (app: Visit) => Promise<void>): Promise<void> =>
  inApp({ microphone: silence, camera, bypassCSP: true }, async (app) => {
    const findings: string[] = [];
    const look: Look = async (name) => {
      findings.push(...(await lookAt(app.page, name)));
    };
    try {
      await tour({ ...app, look });
      expect(findings).toEqual([]);
    } finally {
      if (findings.length > 0) console.log(findings.join('\n'));
    }
  });

/** From a chat to the live view, with consent. */
async function startTalk({ page, stack }: App): Promise<void> {
  await page.goto(`${stack.server.url}/chats/new`);
  await press(page, 'Start live');
  await page.getByRole('dialog').getByRole('button', { name: 'Start live' }).click();
  await expect(page.getByText('Say something, or press what you want to say')).toBeVisible();
}

test('the screens of a first visit', () =>
  visit(async ({ page, stack, look }) => {
    const { url } = stack.server;
    await page.goto(url);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await look('home-first');
    await compareLook(page, 'home-first');
    await page.goto(`${url}/recordings`);
    await expect(page.getByText('No recordings yet')).toBeVisible();
    await look('library-empty');
    await compareLook(page, 'library-empty');
    await page.goto(`${url}/recordings/0192f000-0000-7000-8000-000000000000`);
    await expect(page.getByText('Nothing here')).toBeVisible();
    await look('not-found');
    await page.goto(`${url}/settings`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await look('settings');
    await page.goto(url);
    await press(page, 'New chat');
    await expect(page.getByText('Nothing said yet')).toBeVisible();
    await look('chat-new');
    await compareLook(page, 'chat-new');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    await look('keys');
    await compareLook(page, 'keys');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox', { name: /Search/ }).fill('nothing of this');
    await expect(page.getByText(/Nothing found for/)).toBeVisible();
    await look('search-nothing');
    await page.keyboard.press('Escape');
    await press(page, 'Start live');
    await expect(page.getByRole('dialog')).toBeVisible();
    await look('consent');
    await compareLook(page, 'consent');
    await page.getByRole('button', { name: 'Agree, check devices' }).click();
    await expect(page.getByRole('meter')).toBeVisible();
    await expect(page.getByText(/hears you|not heard/).first()).toBeVisible();
    await look('devices');
  }));

test('the live view', () =>
  visit(async (app) => {
    const { page, look } = app;
    await startTalk(app);
    await look('live-begin');
    await press(page, 'Devices and settings');
    await expect(page.getByRole('dialog')).toBeVisible();
    await look('live-settings');
    await page.keyboard.press('Escape');
    await press(page, '“Tell me a long story”');
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
    if (!LONG) return;
    await app.stack.server.stop('SIGKILL');
    await expect(page.getByText('Server out of reach. Still recording.')).toBeVisible({
      timeout: 60_000,
    });
    await look('live-server-down');
  }));

/** A short session with an answer that was cut; returns its id. */
async function shortSession(app: App): Promise<string> {
  const { page, stack } = app;
  await startTalk(app);
  await press(page, '“Tell me a long story”');
  await expect(page.getByRole('log').getByText('Model').first()).toBeVisible();
  await page.waitForTimeout(4000);
  await press(page, 'Write');
  await page.getByRole('textbox').fill('Stop, please. Which of the two wheels is worn out?');
  await page.getByRole('textbox').press('Enter');
  await expect(page.getByText('You cut in', { exact: false }).last()).toBeVisible();
  await press(page, 'Turn camera off');
  await page.waitForTimeout(2000);
  await press(page, 'Turn camera off');
  await page.waitForTimeout(1500);
  await press(page, 'Hang up');
  await expect(page.getByRole('button', { name: 'Play session' })).toBeVisible();
  const { id } = await untilComplete(stack, page);
  await expect(page.locator('.session-card__length')).toBeVisible();
  return id;
}

test('the player', () =>
  visit(async (app) => {
    const { page, stack, look } = app;
    const id = await shortSession(app);
    await look('thread');
    await page.goto(`${stack.server.url}/recordings/${id}`);
    await expect(page.locator('.lanes__drawing')).toBeVisible();
    await page.getByRole('list', { name: 'Transcript' }).getByRole('button').nth(1).click();
    await look('player');
    await page.keyboard.press('k');
    await page.getByRole('tab', { name: /Events/ }).click();
    await look('player-events');
    await page.keyboard.press('b');
    await page.getByRole('tab', { name: /Bookmarks/ }).click();
    await look('player-bookmarks');
    await page.getByRole('tab', { name: /Transcript/ }).click();
    await page.keyboard.press('Control+F');
    await page.keyboard.type('the');
    await look('player-search');
    await page.keyboard.press('Escape');
    await page.locator('.loss-badge').click();
    await look('player-report');
  }));

test('the screens of who comes back', () =>
  visit(async (app) => {
    const { page, stack, look } = app;
    await shortSession(app);
    const { url } = stack.server;
    await page.goto(`${url}/recordings`);
    await expect(page.getByRole('heading', { level: 3 }).first()).toBeVisible();
    await look('library');
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox', { name: /Search/ }).fill('the');
    await expect(page.getByRole('option').first()).toBeVisible();
    await look('search-hits');
    await page.keyboard.press('Escape');
    await page.goto(`${url}/analytics`);
    await expect(page.locator('canvas').last()).toBeVisible();
    await look('analytics');
    await page.goto(url);
    await expect(page.getByRole('heading', { name: 'Last sessions' })).toBeVisible();
    await look('home');
    await stack.server.stop('SIGKILL');
    // The next request notices it.
    await page.getByRole('link', { name: /^Library/ }).click();
    await expect(page.getByText('The server does not answer.').first()).toBeVisible();
    await page.goBack();
    await look('home-server-down');
  }));
