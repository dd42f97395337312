import { expect, type Page, test } from '@playwright/test';
import { launch } from './harness/browser';
import { startStack } from './harness/servers';

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
