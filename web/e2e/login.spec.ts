/** Logging in by the pages of a real Dex, and of a second provider; what a page of somebody else can do. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { launch } from './harness/browser';
import {
  account,
  continueWith,
  type LoginApp,
  sendForm,
  statusOf,
  toIssuer,
  withLogin,
} from './harness/login';
import { finishRecording, newRecording, putChunk, synthetic } from './harness/synthetic';

const long = process.env.TEST_LONG === '1';

async function logIn({ url, password }: LoginApp, page: Page, person: string): Promise<void> {
  await toIssuer(page, url);
  await sendForm(page, person, password);
  await expect(account(page)).toBeVisible();
}
async function logOut(page: Page): Promise<void> {
  await account(page).click();
  await page.getByText('Log out', { exact: true }).click();
}
const chatTitles = (page: Page) =>
  page.evaluate(async () => {
    const { chats } = (await (await fetch('/api/chats')).json()) as { chats: { title: string }[] };
    return chats.map(({ title }) => title);
  });
/** Makes a chat, as the app does. */
const makeChat = (page: Page, title: string) =>
  page.evaluate(async (name) => {
    const answer = await fetch('/api/chats', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ title: name }),
    });
    return ((await answer.json()) as { id: string }).id;
  }, title);

test('Dex: a wrong password, the right one, back to the page one wanted, out, and nothing is left', () =>
  withLogin(async (app) => {
    const { page, context, url, password } = app;
    const callbacks: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/callback?')) callbacks.push(request.url());
    });
    await toIssuer(page, `${url}/library?sort=longest`);
    await sendForm(page, 'anna', 'a guess');
    await expect(page.getByText('Invalid Email Address and password')).toBeVisible();
    await sendForm(page, 'anna', password);
    await expect(account(page)).toBeVisible();
    expect(page.url()).toBe(`${url}/library?sort=longest`);
    const cookies = (await context.cookies(url)).filter(({ name }) => name.startsWith('__Host-'));
    expect(cookies.map(({ name }) => name)).toEqual(['__Host-sid']);
    expect(cookies[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
    expect(await page.evaluate(() => document.cookie)).toBe('');

    const chat = await makeChat(page, 'Only for Anna');
    await page.goto(`${url}/chats/${chat}`);
    await expect(page.getByText('Only for Anna').first()).toBeVisible();
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Only Anna types this');
    await logOut(page);
    await expect(continueWith(page, 'Dex')).toBeVisible();
    expect(await statusOf(page, '/api/me')).toBe(401);
    for (let round = 0; round < 2; round++) {
      // The second one leads to the issuer's form, which Chromium does not show without sending it again.
      await page.goBack().catch(() => {});
      await page.waitForTimeout(500);
      await expect(page.getByText('Only for Anna')).toHaveCount(0);
      if (round === 0) await expect(continueWith(page, 'Dex')).toBeVisible();
    }

    await logIn(app, page, 'ben');
    await page.getByRole('button', { name: 'New chat' }).click();
    await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('');
    await logOut(page);
    await expect(continueWith(page, 'Dex')).toBeVisible();

    // Somebody who saw the address of the way back, with its code.
    expect(callbacks.length).toBeGreaterThan(0);
    await page.goto(callbacks[0] ?? '');
    await expect(account(page)).toHaveCount(0);
    expect(await statusOf(page, '/api/me')).toBe(401);
  }));

test('Dex starts again with new keys; a login that took too long is begun again', () =>
  withLogin(async (app) => {
    const { page, context, url, password, dex } = app;
    await logIn(app, page, 'anna');
    await dex.stop();
    await dex.resume();
    await page.reload();
    await expect(account(page)).toBeVisible(); // nobody is logged out by that
    await context.clearCookies();
    await logIn(app, page, 'ben');
    await context.clearCookies();

    await toIssuer(page, url);
    await context.clearCookies({ name: '__Host-lt' });
    await sendForm(page, 'anna', password);
    await expect(page).toHaveURL(/\/login\?/);
    expect(await statusOf(page, '/api/me')).toBe(401);
    await expect(page.getByRole('alert')).toBeVisible();
    await toIssuer(page, url); // and one can begin again
  }));

/** A page of somebody else that tries what pages can do to change something here. */
function attackPage(target: string): string {
  const form = (type: string, path: string) =>
    `<form method="post" enctype="${type}" action="${target}${path}" target="sink">
       <input name='{"title":"Forged' value='"}'><input name="title" value="Forged"></form>`;
  const types = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
  const paths = ['/api/chats', '/api/auth/logout', '/api/tokens'];
  return `<!doctype html><title>Win a prize</title><iframe name="sink"></iframe><iframe id="app" src="${target}/"></iframe>
    <img src="${target}/api/auth/logout">${types.flatMap((type) => paths.map((path) => form(type, path))).join('')}
    <script>
      const ask = (path, init) => fetch('${target}' + path, { credentials: 'include', ...init }).then((r) => r.text(), () => 'refused');
      (async () => {
        const read = [];
        for (const form of document.forms) { form.submit(); await new Promise((done) => setTimeout(done, 60)); }
        const json = JSON.stringify({ title: 'Forged', name: 'Forged', scopes: ['read'] });
        for (const path of ['/api/chats', '/api/auth/logout', '/api/tokens']) {
          read.push(await ask(path, { method: 'POST', mode: 'no-cors', body: json }));
          read.push(await ask(path, { method: 'POST', body: json, headers: { 'Content-Type': 'application/json' } }));
          read.push(await ask(path, { method: 'POST', body: new Blob([json], { type: 'application/json' }), headers: { 'X-Reprise': '1' } }));
          navigator.sendBeacon('${target}' + path, new Blob([json], { type: 'text/plain' }));
        }
        read.push(await ask('/api/chats'), await ask('/api/me'));
        document.title = 'done';
        window.read = read;
      })();
    </script>`;
}

test('a page of another origin, also of this site, can neither read nor change anything', () =>
  withLogin(async (app) => {
    const { page, context, url } = app;
    await logIn(app, page, 'anna');
    await makeChat(page, 'Only for Anna');
    const attacker = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(attackPage(url)),
    );
    await new Promise<void>((resolve) => attacker.listen(0, () => resolve()));
    const { port } = attacker.address() as AddressInfo;
    // Another port of localhost is the same site: SameSite does not help there.
    for (const origin of [`http://localhost:${port}`, `http://127.0.0.1:${port}`]) {
      const evil = await context.newPage();
      await evil.goto(origin);
      await expect(evil).toHaveTitle('done');
      const read = await evil.evaluate(() => (window as unknown as { read: string[] }).read);
      expect(read.length).toBeGreaterThan(9);
      expect(read.filter((text) => text !== 'refused' && text !== '')).toEqual([]);
      expect(await evil.frameLocator('#app').getByText('Only for Anna').count()).toBe(0);
      await evil.close();
    }
    attacker.close();
    expect(await statusOf(page, '/api/me')).toBe(200);
    expect(await chatTitles(page)).toEqual(['Only for Anna']);
    const tokens = await page.evaluate(async () => (await fetch('/api/tokens')).text());
    expect(JSON.parse(tokens)).toEqual({ tokens: [] });
  }));

test('a second provider: wrong password, refused there, then allowed; its people are not those of Dex', () =>
  withLogin(async (app) => {
    const { page, url, password } = app;
    await toIssuer(page, `${url}/library`, 'Second provider');
    await sendForm(page, 'anna', 'a guess');
    await expect(page.getByRole('alert')).toBeVisible();
    await sendForm(page, 'anna', password);
    await page.getByRole('button', { name: 'Refuse' }).click();
    await expect(page).toHaveURL(/\/login\?.*error=declined/);
    await expect(page.getByRole('alert')).toBeVisible();
    expect(await statusOf(page, '/api/me')).toBe(401);
    await continueWith(page, 'Second provider').click(); // it still knows who this is, and asks again
    await page.getByRole('button', { name: 'Allow' }).click();
    await expect(account(page)).toBeVisible();
    expect(page.url()).toBe(`${url}/library`);
    await makeChat(page, 'Only for Anna');
    await logOut(page);
    // Its own logout asks whether to end its session, too.
    await page.getByRole('button', { name: 'Log out here' }).click();
    await expect(page).toHaveURL(`${url}/login`);
    expect(await statusOf(page, '/api/me')).toBe(401);
    await toIssuer(page, url, 'Second provider'); // it asks for the password again
    if (!long) return;
    await logIn(app, page, 'anna'); // the same e-mail, another issuer: somebody else
    expect(await chatTitles(page)).toEqual([]);
  }));

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
