/** Two people in two browsers at once: what is of one, and what is shared. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { launch } from './harness/browser';
import { account, continueWith, logIn, logOut, makeChat, withLogin } from './harness/login';
import { finishRecording, newRecording, putChunk, synthetic } from './harness/synthetic';

/** What one of two people has. `word` occurs in nothing of the other. */
type Owned = {
  readonly page: Page;
  readonly word: string;
  readonly userId: string;
  readonly chat: string;
  readonly recording: string;
  readonly as: Readonly<Record<string, string>>;
};

/** As short as a made-up recording can be. */
const kSeconds = 20;

/** A named chat, a named recording and a token of whoever is logged in. */
async function own(page: Page, url: string, word: string): Promise<Owned> {
  const { id, token } = await page.evaluate(async (name) => {
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ name, scopes: ['read', 'write'] });
    const made = await fetch('/api/tokens', { method: 'POST', headers, body });
    const me = await fetch('/api/me');
    return { ...(await made.json()), ...(await me.json()) } as { id: string; token: string };
  }, `Script of ${word}`);
  const as = { authorization: `Bearer ${token}` };
  const files = synthetic(kSeconds);
  const recording = await newRecording(url, as);
  for (const [seq, file] of files.entries()) await putChunk(url, recording, seq, file, as);
  await finishRecording(url, recording, files.length, as);
  const headers = { ...as, 'content-type': 'application/json' };
  const title = JSON.stringify({ title: `Film of ${word}` });
  await fetch(`${url}/api/recordings/${recording}`, { method: 'PATCH', headers, body: title });
  const chat = await makeChat(page, `Chat of ${word}`);
  return { page, word, userId: id, chat, recording, as };
}

/** Everything of the app that could show something of the other person. */
async function lookEverywhere(url: string, mine: Owned, other: Owned): Promise<void> {
  const { page, word } = mine;
  const heading = page.getByRole('heading', { level: 1 });
  const clean = async (where: string) => {
    const html = await page.content();
    for (const secret of [other.word, other.userId, other.recording]) {
      expect(html.includes(secret), `${where} of ${word} has ${secret}`).toBe(false);
    }
  };
  await page.goto(url);
  await expect(page.getByRole('link', { name: `Chat of ${word}` })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Library/ })).toHaveText(/1$/);
  await clean('home');
  await page.goto(`${url}/recordings`);
  await expect(page.getByText(/^1 recording ·/)).toBeVisible();
  await expect(page.getByText(`Film of ${word}`)).toBeVisible();
  await clean('library');
  await page.keyboard.press('Control+K');
  const field = page.getByRole('combobox', { name: /Search/ });
  await field.fill(word);
  await expect(page.getByRole('option').first()).toBeVisible();
  await clean('search');
  await field.fill(`Film of ${other.word}`);
  await expect(page.getByText(/Nothing found for/)).toBeVisible();
  await page.keyboard.press('Escape');
  for (const address of [`/recordings/${other.recording}`, `/chats/${other.chat}`]) {
    await page.goto(`${url}${address}`);
    await expect(page.getByText('Nothing here')).toBeVisible();
    expect((await page.content()).includes(other.word)).toBe(false);
  }
  await page.goto(`${url}/recordings/${mine.recording}`);
  await expect(heading).toHaveText(`Film of ${word}`);
  await clean('player');
  await page.goto(`${url}/account/tokens`);
  await expect(page.getByText(`Script of ${word}`)).toBeVisible();
  await clean('tokens');
  await page.goto(`${url}/settings`);
  await expect(page.getByText(/^1, /)).toBeVisible();
  await clean('settings');
  for (const address of ['/admin/users', '/admin/audit']) {
    await page.goto(`${url}${address}`);
    await expect(page.getByText('This page is for admins')).toBeVisible();
  }
}

/** Leaves a second of somebody's recording in this browser, as a tab does that was killed. */
const leaveJournal = (page: Page, recordingId: string, owner: string, chunk: string) =>
  page.evaluate(
    async ([id, person, bytes]) => {
      const root = await navigator.storage.getDirectory();
      const all = await root.getDirectoryHandle('rec', { create: true });
      const folder = await all.getDirectoryHandle(id, { create: true });
      const write = async (name: string, content: BlobPart) => {
        const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
        await file.write(content as FileSystemWriteChunkType);
        await file.close();
      };
      await write(
        'meta.json',
        JSON.stringify({
          recordingId: id,
          apiBase: '/api',
          end: { lastSeq: 0, reason: 'crash' },
          owner: person,
        }),
      );
      await write(
        '000000.mcap',
        Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0)),
      );
    },
    [recordingId, owner, readFileSync(chunk).toString('base64')] as const,
  );

const shareDialog = (page: Page) => page.getByRole('dialog', { name: 'Share this recording' });
/** The player, which may play by itself. */
const play = (page: Page) => page.getByRole('button', { name: /^(Play|Pause)$/ });

/** Anna shares her recording with Ben by his address, and makes a link, which is returned. */
async function share(url: string, anna: Owned, bens: Page): Promise<string> {
  const { page, recording, word } = anna;
  await page.goto(`${url}/recordings/${recording}`);
  await page.getByRole('button', { name: 'Share. Who can see it: Only you' }).click();
  const dialog = shareDialog(page);
  await dialog.getByLabel('E-mail address').fill('ben@example.test');
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.getByText('ben@example.test')).toBeVisible();
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const field = dialog.getByRole('textbox', { name: 'The new link' });
  await expect(field).toHaveValue(/\/link#[\w-]{43}$/);

  await bens.goto(`${url}/shared`);
  await bens.getByRole('link', { name: `Film of ${word}` }).click();
  await expect(bens.getByText('Shared by anna')).toBeVisible();
  await expect(play(bens)).toBeVisible();
  await expect(bens.getByRole('button', { name: 'More for this recording' })).toHaveCount(0);
  await expect(bens.getByRole('tab', { name: /Bookmarks/ })).toHaveCount(0);
  return field.inputValue();
}

/** Somebody without a login opens the link, until everything is taken back. */
async function openLink(url: string, link: string, anna: Page, visitor: Page): Promise<void> {
  await visitor.context().clearCookies();
  const asked: string[] = [];
  visitor.on('request', (request) => asked.push(request.url().split('#')[0] ?? ''));
  await visitor.goto(url); // so that the next address is another page, not only another fragment
  await visitor.goto(link);
  await expect(visitor.getByText('Shared by a link')).toBeVisible();
  await expect(play(visitor)).toBeVisible();
  await expect(account(visitor)).toHaveCount(0);
  const secret = link.split('#')[1] ?? '';
  expect(visitor.url()).not.toContain(secret);
  expect(asked.filter((one) => one.includes(secret))).toEqual([]);
  await visitor.reload();
  await expect(play(visitor)).toBeVisible();
  for (const who of ['ben@example.test', 'Anyone with the link']) {
    const back = shareDialog(anna).getByRole('button', { name: `Take back: ${who}` });
    await back.click();
    await expect(back).toHaveCount(0);
  }
  await visitor.reload();
  await expect(visitor.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
}

test('two people in two browsers at once: neither sees, finds or counts anything of the other, but what is shared', () =>
  withLogin(async (app) => {
    const { page, url } = app;
    const devices = { microphone: null, camera: null };
    const other: { context: BrowserContext; profile: string } = await launch(devices);
    try {
      const bens = other.context.pages()[0] ?? (await other.context.newPage());
      await Promise.all([logIn(app, page, 'anna'), logIn(app, bens, 'ben')]);
      const [anna, ben] = await Promise.all([own(page, url, 'Quetzal'), own(bens, url, 'Walrus')]);
      await Promise.all([lookEverywhere(url, anna, ben), lookEverywhere(url, ben, anna)]);

      // Anna has talked in Ben's browser before, and something of it waits there.
      const waiting = await newRecording(url, anna.as);
      await leaveJournal(bens, waiting, anna.userId, synthetic(kSeconds)[0] ?? '');
      const sent: string[] = [];
      bens.on('request', (request) => sent.push(request.url()));
      await bens.goto(url);
      await expect(bens.getByText('This browser keeps something of another person.')).toBeVisible();
      expect(await bens.content()).not.toContain(waiting);
      await bens.goto(`${url}/settings`);
      await expect(bens.getByText('Nothing waits here')).toBeVisible();
      expect(sent.filter((address) => address.includes(waiting))).toEqual([]);

      const link = await share(url, anna, bens);
      await bens.goto(url);

      // The tabs of one browser end together, and Anna's next login there sends what waits.
      const second = await other.context.newPage();
      await second.goto(url);
      await expect(second.getByRole('link', { name: 'Chat of Walrus' })).toBeVisible();
      await logOut(bens);
      await expect(continueWith(bens, 'Dex')).toBeVisible();
      await expect(continueWith(second, 'Dex')).toBeVisible();
      await expect(second.getByText('Walrus')).toHaveCount(0);
      await logIn(app, bens, 'anna');
      const state = async () => {
        const answer = await fetch(`${url}/api/recordings/${waiting}`, { headers: anna.as });
        return ((await answer.json()) as { recording: { state: string } }).recording.state;
      };
      await expect.poll(state, { timeout: 20_000 }).toBe('complete');
      await expect(bens.getByText('Chat of Walrus')).toHaveCount(0);
      await openLink(url, link, page, bens);
    } finally {
      await other.context.close();
      await rm(other.profile, { recursive: true, force: true });
    }
  }));
