import { expect, type Page } from '@playwright/test';
import type { Stack } from './servers';

/** Starts a session by clicking controls with the names that the issue promises (stable interface). */
export async function startLive(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await page.getByRole('button', { name: 'Start live' }).first().click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Start live' }).click();
  await expect(page.getByRole('button', { name: 'Hang up' })).toBeVisible();
}

export async function hangUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Hang up' }).click();
  await expect(page.getByRole('button', { name: 'Play session' })).toBeVisible();
}

export type Recording = {
  readonly id: string;
  readonly state: string;
  readonly last_seq: number;
  readonly chunks_stored: number;
  readonly duration_ms: number;
};

/** The newest recording, from the server. */
export async function newestRecording(url: string): Promise<Recording> {
  const answer = await fetch(`${url}/api/recordings`);
  const { recordings } = (await answer.json()) as { recordings: Recording[] };
  const [newest] = recordings;
  if (!newest) throw new Error('there is no recording');
  return newest;
}

/**
 * Waits until the newest recording is complete. When it does not become complete, the error says what the server and
 * the page knew.
 */
export async function untilComplete(
  stack: Stack,
  page: Page,
  timeout = 30_000,
): Promise<Recording> {
  const url = stack.server.url;
  try {
    await expect.poll(async () => (await newestRecording(url)).state, { timeout }).toBe('complete');
  } catch (error) {
    const text = await page.locator('body').textContent();
    const log = stack.server.log().split('\n').slice(-40).join('\n');
    const known = JSON.stringify(await newestRecording(url));
    throw new Error(`${error}\n${known}\n--- page\n${text}\n--- server\n${log}`);
  }
  return newestRecording(url);
}

/** The view media are made after the recording is complete; a busy machine gets this long. */
const READY_MS = 20_000;

export async function download(url: string, path: string): Promise<Uint8Array> {
  const until = Date.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}${path}`);
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
    const text = await answer.text();
    if (!text.includes('media-not-ready') || Date.now() > until) {
      throw new Error(`${path}: ${answer.status} ${text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
