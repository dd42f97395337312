import { rm } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { type Devices, launch } from './browser';
import type { App } from './in-app';
import { freePort, fromTests } from './paths';
import { startStack } from './servers';

/** What tests use of an issuer. They are written in JavaScript, for the tests of the programs. */
export type Peer = {
  readonly issuer: string;
  readonly secret: string;
};
export type Dex = Peer & {
  stop(): Promise<void>;
  resume(): Promise<void>;
  remove(): Promise<void>;
};
export type SecondProvider = Peer & { stop(): Promise<void>; resume(): Promise<void> };

type PeerOptions = {
  readonly redirectUris: readonly string[];
  readonly logoutUris: readonly string[];
  readonly people: readonly string[];
};
export type LoginOptions = {
  /** Dex asks whether the app may know who one is. */
  readonly consent?: boolean;
  readonly serverEnv?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  /** `anna` is the first admin. */
  readonly admin?: boolean;
};
type DexModule = {
  readonly Dex: { start(options: PeerOptions & { consent?: boolean }): Promise<Dex> };
  readonly PASSWORD: string;
};
type SecondModule = {
  readonly SecondProvider: { start(options: PeerOptions): Promise<SecondProvider> };
};
type FileModule = {
  writeOidcFile(settings: {
    publicUrl: string;
    issuers: readonly object[];
    firstAdmin?: { readonly issuer: string; readonly email: string };
  }): {
    file: string;
    folder: string;
  };
};

export type LoginApp = App & {
  /** The app's own address. */
  readonly url: string;
  readonly password: string;
  readonly dex: Dex;
  readonly second: SecondProvider;
};

export const continueWith = (page: Page, name: string) =>
  page.getByRole('button', { name: `Continue with ${name}` });
/** Goes from a page of the app to the issuer's form by the button that is named after it. */
export async function toIssuer(page: Page, url: string, name = 'Dex'): Promise<void> {
  await page.goto(url);
  await continueWith(page, name).click();
  await expect(page.locator('input[name=login]')).toBeVisible();
}
export async function sendForm(page: Page, person: string, password: string): Promise<void> {
  await page.locator('input[name=login]').fill(`${person}@example.test`);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit], form button').first().click();
}
export const account = (page: Page) => page.getByRole('button', { name: 'Account' });
/** By Dex, in a browser in which it knows nobody. */
export async function logIn(
  { url, password }: LoginApp,
  page: Page,
  person: string,
): Promise<void> {
  await toIssuer(page, url);
  await sendForm(page, person, password);
  await expect(account(page)).toBeVisible();
}
export async function logOut(page: Page): Promise<void> {
  await account(page).click();
  await page.getByText('Log out', { exact: true }).click();
}
/** Makes a chat, as the app does. */
export const makeChat = (page: Page, title: string) =>
  page.evaluate(async (name) => {
    const answer = await fetch('/api/chats', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ title: name }),
    });
    return ((await answer.json()) as { id: string }).id;
  }, title);
/** The status of a request by a script of the page that is shown. */
export const statusOf = (page: Page, path: string) =>
  page.evaluate(async (at) => (await fetch(at)).status, path);

const NO_DEVICES: Devices = { microphone: null, camera: null };

/**
 * Runs `flow` with a server at which `anna` and `ben` log in, by Dex (id `dex`, "Dex") or by a second provider (id `second`,
 * "Second provider").
 */
export async function withLogin(
  flow: (app: LoginApp) => Promise<void>,
  { consent = false, serverEnv = {}, devices = NO_DEVICES, admin = false }: LoginOptions = {},
): Promise<void> {
  const [{ Dex, PASSWORD }, { SecondProvider }, { writeOidcFile }] = await Promise.all([
    fromTests<DexModule>('dex.mjs'),
    fromTests<SecondModule>('second-provider.mjs'),
    fromTests<FileModule>('oidc-file.mjs'),
  ]);
  const listen = `localhost:${await freePort()}`;
  const url = `http://${listen}`;
  const options = (id: string) => ({
    redirectUris: [`${url}/api/auth/${id}/callback`],
    logoutUris: [`${url}/login`],
    people: ['anna', 'ben'],
  });
  const dex = await Dex.start({ ...options('dex'), consent });
  const second = await SecondProvider.start(options('second'));
  const { file, folder } = writeOidcFile({
    publicUrl: url,
    issuers: [
      { id: 'dex', peer: dex },
      { id: 'second', name: 'Second provider', peer: second },
    ],
    ...(admin ? { firstAdmin: { issuer: 'dex', email: 'anna@example.test' } } : {}),
  });
  const stack = await startStack({
    listen,
    serverArgs: ['--oidc-file', file, '--sharing', 'links'],
    serverEnv,
  });
  const { context, profile } = await launch(devices);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await flow({ page, context, stack, url, password: PASSWORD, dex, second });
  } finally {
    await context.close();
    await stack.stop();
    await dex.remove();
    await second.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(profile, { recursive: true, force: true });
  }
}
