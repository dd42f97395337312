import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { launch } from './harness/browser';
import { startStack } from './harness/servers';

const long = process.env.TEST_LONG === '1' ? test : test.skip;
const kMillion = 1_000_000;

/** A video of a second that weighs so many bytes: media that nothing plays hang behind it. */
function heavyVideo(path: string, bytes: number): string {
  const made = ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:d=1:r=10'];
  // Without notes, so that it is kept byte for byte.
  const plain = ['-pix_fmt', 'yuv420p', '-map_metadata', '-1', '-fflags', '+bitexact'];
  execFileSync('ffmpeg', [...made, ...plain, path]);
  const video = readFileSync(path);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bytes - video.length);
  head.write('mdat', 4);
  const whole = Buffer.concat([video, head, randomBytes(bytes - video.length - head.length)]);
  writeFileSync(path, whole);
  return createHash('sha256').update(whole).digest('hex');
}

/** A picture of one colour, made by the page. */
const picture = (page: Page, colour: string) =>
  page.evaluate(async (fill) => {
    const canvas = new OffscreenCanvas(64, 48);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.fillStyle = fill;
    context.fillRect(0, 0, 64, 48);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, colour);

/** Pastes into the field, or drops on the window. */
const give = (page: Page, how: 'paste' | 'drop', name: string, bytes: readonly number[]) =>
  page.evaluate(
    ([kind, called, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(content)], called, { type: 'image/png' }));
      const at = kind === 'paste' ? document.querySelector('textarea') : document.body;
      const event =
        kind === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      at?.dispatchEvent(event);
    },
    [how, name, bytes] as const,
  );

test('files are attached by icon, paste and drop, go to the model, and stay in the thread', async () => {
  const stack = await startStack();
  const { context } = await launch({ microphone: null, camera: null });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(stack.server.url);
    await page.getByRole('button', { name: 'New chat' }).first().click();
    const chosen = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem');
    const [picking] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Attach' }).click(),
    ]);
    await picking.setFiles([
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Gears jump under load.') },
      { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<!doctype html>') },
    ]);
    await give(page, 'paste', 'red.png', await picture(page, 'red'));
    await give(page, 'drop', 'blue.png', await picture(page, 'blue'));
    await expect(chosen).toHaveCount(4);
    // One is refused, in words; without it the message can be sent.
    await expect(chosen.filter({ hasText: 'page.html' }).getByRole('alert')).toContainText('HTML');
    await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
    await page.getByRole('button', { name: 'Remove page.html' }).click();
    const field = page.getByRole('textbox', { name: 'Message' });
    await field.fill('What do you see?');
    await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeEnabled();
    await field.press('Enter');
    const files = page.getByRole('list', { name: 'Files' });
    await expect(files.getByRole('img', { name: 'red.png' })).toBeVisible();
    await expect(chosen).toHaveCount(0);
    // The emulator tells what it got.
    await expect(page.getByRole('list', { name: 'Messages' })).toContainText('64');
    await page.reload();
    const shown = await files.getByRole('img', { name: 'blue.png' }).evaluate(async (image) => {
      await (image as HTMLImageElement).decode();
      return (image as HTMLImageElement).naturalWidth;
    });
    expect(shown).toBe(64);
    await page.getByRole('button', { name: 'Look at red.png' }).click();
    await expect(page.getByRole('dialog').getByRole('img')).toBeVisible();
    await page.keyboard.press('Escape');
    const saved = page.waitForEvent('download');
    await files.getByRole('link', { name: /notes\.txt/ }).click();
    expect((await saved).suggestedFilename()).toBe('notes.txt');
  } finally {
    await context.close();
    await stack.stop();
  }
});

long('a video of 200 MB arrives although the network goes, and the server is killed', async () => {
  test.setTimeout(480_000);
  const folder = mkdtempSync(join(tmpdir(), 'reprise-video-'));
  const path = join(folder, 'heavy.mov');
  const stack = await startStack();
  const { context } = await launch({ microphone: null, camera: null });
  try {
    const digest = heavyVideo(path, 200 * kMillion);
    const page = context.pages()[0] ?? (await context.newPage());
    const offsets: number[] = [];
    page.on('response', (response) => {
      const offset = response.headers()['upload-offset'];
      if (response.request().method() === 'PATCH' && offset) offsets.push(Number(offset));
    });
    const sent = (bytes: number) =>
      expect.poll(() => offsets.at(-1) ?? 0, { timeout: 120_000 }).toBeGreaterThan(bytes);
    await page.goto(`${stack.server.url}/chats/new`);
    const [picking] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Attach' }).click(),
    ]);
    await picking.setFiles(path);
    await sent(16 * kMillion);
    await context.setOffline(true);
    await page.waitForTimeout(5_000);
    await context.setOffline(false);
    await sent(64 * kMillion);
    await stack.restartServer('SIGKILL');
    await sent(199 * kMillion);
    // What was acknowledged never goes down.
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    await page.getByRole('textbox', { name: 'Message' }).fill('What is it?');
    const send = page.getByRole('button', { name: 'Send', exact: true });
    await expect(send).toBeEnabled({ timeout: 120_000 });
    await send.click();
    await expect(page.getByRole('list', { name: 'Messages' })).toContainText('a video of', {
      timeout: 120_000,
    });
    const kept = await page.evaluate(async () => {
      const chat = location.pathname.split('/').at(-1);
      const { messages } = await (await fetch(`/api/chats/${chat}/messages`)).json();
      const file = await fetch(`/api/uploads/${messages[0].upload_ids[0]}`);
      const bytes = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
      return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    });
    expect(kept).toBe(digest);
  } finally {
    await context.close();
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
