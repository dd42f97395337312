/** Logging in by the pages of a real Dex, and of a second provider; what a page of somebody else can do. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page, test } from '@playwright/test';
import {
  account,
  continueWith,
  logIn,
  logOut,
  makeChat,
  sendForm,
  statusOf,
  toIssuer,
  withLogin,
} from './harness/login';

const long = process.env.TEST_LONG === '1';

const chatTitles = (page: Page) =>
  page.evaluate(async () => {
    const { chats } = (await (await fetch('/api/chats')).json()) as { chats: { title: string }[] };
    return chats.map(({ title }) => title);
  });

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
