/** Typing in a chat: an answer that comes, is stopped, given once more, edited, and outlives page, network and server. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { download, hangUp, startLive, untilComplete } from './harness/app';
import { breathe, writeY4m } from './harness/camera';
import { type App, inApp } from './harness/in-app';
import { account, sendForm, toIssuer, withLogin } from './harness/login';
import { track, writeWav } from './harness/speech';

const long = process.env.TEST_LONG === '1' ? test : test.skip;

const SLOW = `
texts:
  - {match: slowly, say: "One two three four five six seven eight nine ten eleven twelve.", piece_ms: 1500}
  - {match: for long, say: "${'word '.repeat(120)}end.", piece_ms: 1000}
`;

const list = (page: Page) => page.getByRole('list', { name: 'Messages' });
const items = (page: Page) => list(page).locator(':scope > li');
const last = (page: Page) => items(page).last();
const field = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const stop = (page: Page) => page.getByRole('button', { name: 'Stop', exact: true });
const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).last().click();
/** Sends a message; its answer, which has begun, is the last item then. */
const say = async (page: Page, words: string) => {
  const before = await items(page).count();
  await field(page).fill(words);
  await field(page).press('Enter');
  await expect(items(page)).toHaveCount(before + 2);
};

async function inSlowApp(flow: (app: App) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-chat-'));
  const scenario = join(folder, 'slow.yaml');
  writeFileSync(scenario, SLOW);
  try {
    await inApp({ microphone: null, camera: null }, flow, { scenario });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('one types, stops, asks again, edits; page and server go away in the middle', () =>
  inSlowApp(async ({ page, stack }) => {
    const refused: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML/.test(message.text())) refused.push(message.text());
    });
    await page.goto(`${stack.server.url}/chats/new`);
    await field(page).fill('repeat after me the weather is nice');
    await field(page).press('Shift+Enter');
    await page.reload();
    await expect(field(page)).toHaveValue('repeat after me the weather is nice\n');
    await say(page, 'repeat after me the weather is nice');
    await expect(last(page)).toContainText('The weather is nice.');
    await expect(field(page)).toHaveValue('');

    // One more answer is a branch next to the first.
    await press(page, 'Regenerate');
    await expect(last(page)).toContainText('2 of 2');
    await press(page, 'Previous version');
    await expect(last(page)).toContainText('1 of 2');

    // An edited question has its own continuation.
    await items(page).first().getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Edited message' }).fill('repeat after me good night');
    await press(page, 'Send again');
    await expect(last(page)).toContainText('Good night.');
    await items(page).first().getByRole('button', { name: 'Previous version' }).click();
    await expect(last(page)).toContainText('The weather is nice.');

    // What has come when one stops is kept.
    await say(page, 'slowly, and I stop it');
    await expect(last(page)).toContainText('One two three four');
    await stop(page).click();
    await expect(last(page)).toContainText('Stopped.');
    await expect(last(page)).not.toContainText('twelve');

    // The page goes away in the middle of an answer.
    await say(page, 'slowly, and I reload');
    await expect(last(page)).toContainText('One two three four');
    await page.reload();
    await expect(last(page)).toContainText('eleven twelve.');

    // So does the server: what was heard is kept, marked, and given once more.
    await say(page, 'slowly, and the server ends');
    await expect(last(page)).toContainText('One two three four');
    await stack.restartServer('SIGKILL');
    await expect(last(page).getByRole('button', { name: 'Try again' })).toBeVisible({
      timeout: 40_000,
    });
    await expect(last(page)).toContainText('One two three four');

    // Markdown, code and formulas, under the policy that the server sends.
    await say(page, 'show me every element of markdown');
    await expect(last(page).getByRole('heading', { name: 'A heading' })).toBeVisible();
    await expect(last(page).getByRole('table')).toBeVisible();
    await expect(last(page).locator('math').first()).toBeVisible();
    await expect(last(page).locator('.hljs-keyword').first()).toBeVisible();
    expect(refused).toEqual([]);
  }));

long('the network is gone for 20 s, and nothing of the answer is lost or double', () =>
  inSlowApp(async ({ page, context, stack }) => {
    test.setTimeout(240_000);
    await page.goto(`${stack.server.url}/chats/new`);
    await say(page, 'for long');
    await expect(last(page)).toContainText('word');
    await context.setOffline(true);
    await page.waitForTimeout(20_000);
    await context.setOffline(false);
    await expect(last(page)).toContainText('end.', { timeout: 60_000 });
    const words = await last(page).locator('.answer').textContent();
    expect(words?.match(/word/g)).toHaveLength(120);
  }),
);

long('two pages on one answer show the same, and one stops it for both', () =>
  inSlowApp(async ({ page, context, stack }) => {
    test.setTimeout(120_000);
    await page.goto(`${stack.server.url}/chats/new`);
    await say(page, 'for long');
    await expect(last(page)).toContainText('word');
    const other = await context.newPage();
    await other.goto(page.url());
    await expect(last(other)).toContainText('word');
    await stop(other).click();
    for (const one of [page, other]) await expect(last(one)).toContainText('Stopped.');
    const shown = await Promise.all(
      [page, other].map((one) => last(one).locator('.answer').textContent()),
    );
    expect(shown[0]).toBe(shown[1]);
  }),
);

long('a login that ends stops the stream within 5 s; the answer is whole after the next one', () =>
  withLogin(async ({ page, url, password }) => {
    test.setTimeout(120_000);
    await toIssuer(page, url);
    await sendForm(page, 'anna', password);
    await expect(account(page)).toBeVisible();
    await page.goto(`${url}/chats/new`);
    await say(page, 'tell me a very long story');
    await expect(stop(page)).toBeVisible();
    await page.evaluate(() =>
      fetch('/api/auth/logout', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
      }),
    );
    await expect(page.getByRole('dialog', { name: 'Your login has ended' })).toBeVisible({
      timeout: 8_000,
    });
  }),
);

long('what was said live is known to what is typed afterwards', async () => {
  test.setTimeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'reprise-chat-live-'));
  const microphone = join(folder, 'mic.wav');
  writeWav(microphone, track([{ atSeconds: 2, say: 'good morning' }], 30));
  try {
    await inApp({ microphone, camera: null }, async ({ page, stack }) => {
      await startLive(page, stack.server.url);
      await expect(page.getByRole('log')).toContainText(/good morning/i, { timeout: 30_000 });
      await page.waitForTimeout(3_000);
      await hangUp(page);
      await untilComplete(stack, page);
      await say(page, 'What did I say?');
      await expect(last(page)).toContainText(/Before, you said:.*good morning/i);
      await page.getByRole('button', { name: 'Who answers' }).click();
      await page.getByRole('menuitem', { name: 'What the model gets' }).click();
      const shown = page.getByRole('dialog', { name: 'What the model gets' });
      await expect(shown).toContainText('You (live)');
      await expect(shown).toContainText(/good morning/i);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

long('a live session knows what was written before, and shows it before it begins', () => {
  const camera = test.info().outputPath('camera.y4m');
  writeY4m(camera, breathe, 4);
  return inApp({ microphone: null, camera }, async ({ page, stack }) => {
    test.setTimeout(120_000);
    await page.addInitScript(() => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (wanted) =>
        wanted?.audio ? Promise.reject(new DOMException('', 'NotFoundError')) : real(wanted);
    });
    await page.goto(`${stack.server.url}/chats/new`);
    await say(page, 'The box is green.');
    await expect(last(page)).toContainText('You said: The box is green.');
    await page.getByRole('button', { name: 'Start live' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start live' }).click();
    await page.getByText('What the model gets', { exact: true }).click();
    const shown = page.getByRole('list', { name: 'What the model gets' });
    await expect(shown.getByRole('listitem').first()).toContainText('The box is green.');
    await page.getByRole('button', { name: 'Start without microphone' }).click();
    const log = page.getByRole('log');
    const write = page.getByRole('textbox', { name: 'Message to the model' });
    await write.fill('What did I write before?');
    await write.press('Enter');
    await expect(log).toContainText('Before, you said: The box is green.');
    await page.waitForTimeout(2_000);
    await hangUp(page);
    const { id } = await untilComplete(stack, page);
    const view = JSON.parse(
      new TextDecoder().decode(await download(stack.server.url, `/api/recordings/${id}`)),
    ) as { events: { kind: string; detail: { turns?: number } }[] };
    const told = view.events.filter(({ kind }) => kind === 'history_sent');
    expect(told.map(({ detail }) => detail.turns)).toEqual([2]);
  });
});
