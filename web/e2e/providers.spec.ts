/**
 * What goes wrong with a login, by the pages of each provider: consent refused, a code that is used twice, new keys, a login that
 * took too long, a clock that is off. Dex in each run, the second one with TEST_LONG.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import {
  account,
  continueWith,
  type LoginApp,
  sendForm,
  statusOf,
  toIssuer,
  withLogin,
} from './harness/login';

type Provider = {
  readonly id: 'dex' | 'second';
  readonly name: string;
  readonly allow: string;
  readonly refuse: string;
  /** Where one stands after a refusal. */
  refused(page: Page): Promise<void>;
};

const DEX: Provider = {
  id: 'dex',
  name: 'Dex',
  allow: 'Grant Access',
  refuse: 'Cancel',
  // Dex does not come back: it says it on a page of its own.
  refused: (page) => expect(page.getByText('Approval rejected')).toBeVisible(),
};
const SECOND: Provider = {
  id: 'second',
  name: 'Second provider',
  allow: 'Allow',
  refuse: 'Refuse',
  refused: (page) => expect(page).toHaveURL(/\/login\?.*error=declined/),
};
const PROVIDERS = process.env.TEST_LONG === '1' ? [DEX, SECOND] : [DEX];

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** From the app to the provider's question whether the app may know who one is. */
async function toConsent({ page, url, password }: LoginApp, provider: Provider): Promise<void> {
  await toIssuer(page, url, provider.name);
  await sendForm(page, 'anna', password);
  await expect(page.getByRole('button', { name: provider.allow, exact: true })).toBeVisible();
}
async function logIn(app: LoginApp, provider: Provider): Promise<void> {
  await toConsent(app, provider);
  await press(app.page, provider.allow);
  await expect(account(app.page)).toBeVisible();
}
async function expectRefused(page: Page, kind: string): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`/login\\?.*error=${kind}`));
  await expect(page.getByRole('alert')).toBeVisible();
  expect(await statusOf(page, '/api/me')).toBe(401);
}

for (const provider of PROVIDERS) {
  test(`${provider.name}: consent refused, a code used twice, new keys`, () =>
    withLogin(
      async (app) => {
        const { page, context, url, password } = app;
        const callbacks: URL[] = [];
        const states: string[] = [];
        page.on('request', (request) => {
          const address = new URL(request.url());
          if (address.pathname.endsWith('/callback')) callbacks.push(address);
          else if (address.searchParams.has('code_challenge')) {
            states.push(address.searchParams.get('state') ?? '');
          }
        });
        await toIssuer(page, url, provider.name);
        await sendForm(page, 'anna', 'a guess');
        await expect(account(page)).toHaveCount(0);
        await sendForm(page, 'anna', password);
        await press(page, provider.refuse);
        await provider.refused(page);
        await page.goto(url);
        await expect(continueWith(page, provider.name)).toBeVisible();
        expect(await statusOf(page, '/api/me')).toBe(401);

        await context.clearCookies();
        await logIn(app, provider);
        const used = callbacks.at(-1);
        expect(used?.searchParams.get('code')).toBeTruthy();
        // Somebody has seen the address with the code and puts it into a login of their own.
        await context.clearCookies();
        await toConsent(app, provider);
        used?.searchParams.set('state', states.at(-1) ?? '');
        await page.goto(used?.href ?? '');
        await expectRefused(page, 'failed');

        await app[provider.id].stop();
        await app[provider.id].resume();
        await context.clearCookies();
        await logIn(app, provider);
      },
      { consent: true },
    ));

  test(`${provider.name}: a login that took too long, and a clock that is off`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-clock-'));
    const clock = join(folder, 'clock');
    const off = (by: string) => writeFile(clock, `${by}\n`);
    await off('+0m');
    const serverEnv = {
      LD_PRELOAD: '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
    try {
      await withLogin(
        async (app) => {
          const { page, context } = app;
          await toConsent(app, provider);
          await off('+15m');
          await press(page, provider.allow);
          await expectRefused(page, 'expired');
          for (const by of ['+15m', '-15m']) {
            await off(by);
            await context.clearCookies();
            await toConsent(app, provider);
            await press(page, provider.allow);
            await expectRefused(page, 'failed');
          }
          await off('+0m');
          await context.clearCookies();
          await logIn(app, provider);
        },
        { consent: true, serverEnv },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
