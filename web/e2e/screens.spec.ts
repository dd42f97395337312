/** Pictures of every screen and state in build/shots, on which axe-core must find nothing. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { untilComplete } from './harness/app';
import { breathe, writeY4m } from './harness/camera';
import { type App, inApp } from './harness/in-app';
import { account, continueWith, sendForm, toIssuer, withLogin } from './harness/login';
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

/** Runs `tour` in an app. What axe-core finds on the way is the failure. */
async function looking<T extends App>(
  app: T,
  tour: (app: T & { readonly look: Look }) => Promise<void>,
): Promise<void> {
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
}
const devices = { microphone: silence, camera, bypassCSP: true };
/** The same in an app of its own. */
const visit = (tour: (app: Visit) => Promise<void>): Promise<void> =>
  inApp(devices, (app) => looking(app, tour));

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

/** Makes something by the API, as a script would. */
async function make(url: string, path: string, body: unknown) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return response.json();
}

test('the screens of tasks and studies', { tag: '@long' }, () =>
  visit(async ({ page, stack, look }) => {
    const { url } = stack.server;
    await page.goto(`${url}/tasks`);
    await expect(page.getByText('No tasks yet')).toBeVisible();
    await look('tasks-empty');
    await press(page, 'New task');
    await press(page, 'Add a step');
    await look('task-dialog');
    await page.keyboard.press('Escape');
    const task = await make(url, '/api/tasks', {
      title: 'Try the derailleur under load, on the hill behind the station',
      text: 'Shift down before the hill, and again in the middle of it.',
      steps: [{ text: 'Shift down before the hill' }, { text: 'Shift under load' }],
    });
    await make(url, '/api/tasks', { title: 'Oil the chain' });
    await page.reload();
    await expect(page.getByRole('listitem', { name: 'Oil the chain' })).toBeVisible();
    await look('tasks');
    await page.getByRole('button', { name: /^Try the derailleur/ }).click();
    await look('tasks-open');
    const question = { kind: 'likert', text: 'How was it?' };
    const choice = { kind: 'choice', text: 'Do you ride?', choices: ['Yes', 'No'] };
    const study = await make(url, '/api/studies', {
      task_id: task.id,
      title: 'Two voices',
      state: 'open',
      consent_text: 'We record what you say, for a year.',
      conditions: [{ name: 'A' }, { name: 'B' }],
      before: [{ questions: [choice] }],
      after: [{ questions: [question, { ...question, text: 'How hard?', points: 21 }] }],
    });
    const { links } = await make(url, `/api/studies/${study.id}/participants`, { count: 1 });
    await page.goto(`${url}/studies/${study.id}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForTimeout(1000);
    await look('study');
    await page.goto(`${url}/study#${links[0].secret}`);
    await expect(page.getByText('We record what you say')).toBeVisible();
    await look('participant-consent');
    await press(page, 'I agree and take part');
    await expect(page.getByRole('heading', { name: 'Before you talk' })).toBeVisible();
    await press(page, 'Save and go on');
    await expect(page.getByText('This needs an answer.')).toBeVisible();
    await look('participant-before');
    await page.getByRole('radio', { name: 'Yes' }).check();
    await press(page, 'Save and go on');
    await expect(page.getByRole('button', { name: 'Start talking' })).toBeVisible();
    await look('participant-task');
    await press(page, 'Start talking');
    await expect(page.getByRole('heading', { name: 'Can you be heard?' })).toBeVisible();
    await look('participant-devices');
    await press(page, 'Begin the talk');
    await expect(page.locator('.live__recording')).toContainText('Recording');
    await look('participant-live');
    await page.keyboard.press('Shift+H');
    await expect(page.getByText('Your talk is saved.')).toBeVisible();
    await look('participant-saved');
    await press(page, 'Go on');
    await expect(page.getByRole('heading', { name: 'After the talk' })).toBeVisible();
    await look('participant-after');
    await page.goto(`${url}/studies/${study.id}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.waitForTimeout(1000);
    await look('study-progress');
  }),
);

test('the screens of an account and of admins', { tag: '@long' }, () =>
  withLogin(
    (app) =>
      looking(app, async ({ page, url, password, look }) => {
        await page.goto(url);
        await expect(continueWith(page, 'Dex')).toBeVisible();
        await look('login');
        await toIssuer(page, url);
        await sendForm(page, 'anna', password);
        await expect(account(page)).toBeVisible();
        await account(page).click();
        await look('account-menu');
        await page.keyboard.press('Escape');
        for (const [path, name] of [
          ['/account', 'account'],
          ['/account/tokens', 'tokens'],
          ['/admin/users', 'users'],
          ['/admin/audit', 'audit'],
          ['/shared', 'shared-empty'],
        ] as const) {
          await page.goto(url + path);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await page.waitForTimeout(1000);
          await look(name);
        }
        await page.goto(`${url}/account/tokens`);
        await page.getByLabel('Name').fill('Backup on Sundays');
        await page.getByRole('form', { name: 'New token' }).getByRole('button').last().click();
        await page.waitForTimeout(1000);
        await look('token-made');
      }),
    { devices, admin: true },
  ),
);
