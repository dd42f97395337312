import { expect, type Page, test } from '@playwright/test';
import { download, hangUp, untilComplete } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { startStack } from './harness/servers';

/** The person's words as shown in the captions or in the transcript. */
const typedTurn = (page: Page, list: 'log' | 'list', words: string) =>
  (list === 'log' ? page.getByRole('log') : page.getByRole('list', { name: 'Transcript' }))
    .getByRole('listitem')
    .filter({ hasText: words })
    .filter({ hasText: 'You' })
    .filter({ hasText: 'in writing' });

test('who has no microphone writes: live, in the record and in the player', async () => {
  const camera = test.info().outputPath('camera.y4m');
  writeY4m(camera, breathe, 4);
  const stack = await startStack();
  const { context } = await launch({ microphone: null, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.addInitScript(() => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = (wanted) =>
        wanted?.audio ? Promise.reject(new DOMException('', 'NotFoundError')) : real(wanted);
    });
    await page.goto(stack.server.url);
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await page.getByRole('button', { name: 'Start live' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start live' }).click();
    await page.getByRole('button', { name: 'Start without microphone' }).click();
    await page.getByRole('button', { name: '“Count to twenty”' }).click();
    await expect(typedTurn(page, 'log', 'Count to twenty')).toBeVisible();
    await expect(page.getByRole('log')).toContainText(/three/i);
    const field = page.getByRole('textbox', { name: 'Message to the model' });
    await field.fill('What time is it?');
    await field.press('Enter');
    await expect(typedTurn(page, 'log', 'What time is it?')).toBeVisible();
    await expect(page.getByRole('log')).toContainText('You cut in.');
    await expect(page.getByRole('log')).toContainText(/it is/i);
    await page.waitForTimeout(2000);
    await hangUp(page);
    const { id } = await untilComplete(stack, page);
    type Turn = { speaker: string; text: string; written: boolean };
    // On several nodes the last fold may end after the recording is complete.
    const said = async () => {
      const bytes = await download(stack.server.url, `/api/recordings/${id}`);
      const { turns } = JSON.parse(new TextDecoder().decode(bytes)) as { turns: Turn[] };
      return turns
        .filter(({ speaker }) => speaker === 'person')
        .map(({ text, written }) => [text, written]);
    };
    await expect.poll(said).toEqual([
      ['Count to twenty', true],
      ['What time is it?', true],
    ]);
    await page.getByRole('button', { name: 'Play session' }).click();
    await expect(typedTurn(page, 'list', 'Count to twenty')).toBeVisible();
    await expect(typedTurn(page, 'list', 'What time is it?')).toBeVisible();
  } finally {
    await context.close();
    await stack.stop();
  }
});
