import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { pause, timeOf } from './harness/film';
import { inApp } from './harness/in-app';
import { syntheticRecording } from './harness/synthetic';

const SECONDS = 40;
const MENU = [
  { entry: 'Film with sound (WebM)', name: /\.webm$/, first: [0x1a, 0x45, 0xdf, 0xa3] },
  { entry: 'Captions (WebVTT)', name: /\.vtt$/, first: [...Buffer.from('WEBVTT')] },
  {
    entry: 'Everything that was recorded (MCAP)',
    name: /\.mcap$/,
    first: [0x89, ...Buffer.from('MCAP0'), 0x0d, 0x0a],
  },
];

const rateOf = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) => video.playbackRate);
const expectTime = (page: Page, seconds: number) =>
  expect.poll(() => timeOf(page)).toBeCloseTo(seconds, 1);

/** Drags from one part of an element's width to another. */
async function drag(page: Page, element: Locator, from: number, to: number): Promise<void> {
  const box = await element.boundingBox();
  if (!box) throw new Error('nothing to drag');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + from * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + ((from + to) / 2) * box.width, y, { steps: 3 });
  await page.mouse.move(box.x + to * box.width, y, { steps: 3 });
  await page.mouse.up();
}

test('the player obeys keys and pointer, hands out its files, and deletes with undo', () =>
  inApp({ microphone: null, camera: null }, async ({ page, stack }) => {
    const { url } = stack.server;
    const id = await syntheticRecording(url, SECONDS);
    await page.goto(`${url}/recordings/${id}`);
    const seek = page.getByRole('slider', { name: 'Seek' });
    await expect(seek).toBeVisible();
    await expect(page.locator('.lanes__drawing')).toBeVisible();
    await pause(page);

    await test.step('keys move', async () => {
      await page.keyboard.press('Home');
      await expectTime(page, 0);
      const moves: readonly (readonly [string, number])[] = [
        ['l', 10],
        ['ArrowRight', 15],
        ['Shift+ArrowLeft', 14],
        ['j', 4],
        ['ArrowLeft', 0],
        ['5', SECONDS / 2],
        ['.', SECONDS / 2 + 1 / 30],
        [',', SECONDS / 2],
      ];
      for (const [key, seconds] of moves) {
        await page.keyboard.press(key);
        await expectTime(page, seconds);
      }
    });

    await test.step('keys change speed, sound and captions', async () => {
      for (const rate of [1.25, 1.5, 2, 2.5, 3, 3]) {
        await page.keyboard.press('>');
        await expect.poll(() => rateOf(page)).toBe(rate);
      }
      for (const rate of [2.5, 2, 1.5, 1.25, 1, 0.75, 0.5, 0.5]) {
        await page.keyboard.press('<');
        await expect.poll(() => rateOf(page)).toBe(rate);
      }
      const mute = page.getByRole('button', { name: 'Mute the model' });
      await page.keyboard.press('Shift+Digit2');
      await expect(mute).toHaveAttribute('aria-pressed', 'true');
      await page.keyboard.press('Shift+Digit2');
      await expect(mute).toHaveAttribute('aria-pressed', 'false');
      const captions = page.getByRole('button', { name: 'Captions' });
      const before = await captions.getAttribute('aria-pressed');
      await page.keyboard.press('c');
      await expect(captions).not.toHaveAttribute('aria-pressed', before ?? '');
      await page.keyboard.press('c');
    });

    await test.step('arrows on a volume slider are its own', async () => {
      await page.keyboard.press('5');
      const volume = page.getByRole('slider', { name: 'Volume of the model' });
      await volume.focus();
      await page.keyboard.press('ArrowLeft');
      await expect(volume).toHaveValue('95');
      await expectTime(page, SECONDS / 2);
      await volume.blur();
    });

    await test.step('a drag in the lanes makes a loop, its button ends it', async () => {
      await drag(page, page.locator('.lanes__seam'), 0.26, 0.51);
      const end = page.getByRole('button', { name: 'End loop' });
      await expect(end).toContainText('0:10 – 0:20');
      await expect.poll(() => timeOf(page)).toBeLessThan(11);
      await page.keyboard.press('6');
      await page.keyboard.press('k');
      await expect.poll(() => timeOf(page)).toBeLessThan(SECONDS / 2 + 1);
      await page.keyboard.press('k');
      await end.click();
      await expect(end).toBeHidden();
      for (const key of ['1', 'a', '3', 'a']) await page.keyboard.press(key);
      await expect(end).toContainText(/0:0[34] – 0:1[12]$/);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      await page.keyboard.press('a');
      await expect(end).toBeHidden();
    });

    await test.step('the frame of the zoomed view is dragged and pulled', async () => {
      await page.keyboard.press('5');
      await page.keyboard.press('+');
      const frame = page.locator('.seek__window');
      const width = async () => (await frame.boundingBox())?.width ?? 0;
      const left = async () => (await frame.boundingBox())?.x ?? 0;
      const [beforeWidth, beforeLeft] = [await width(), await left()];
      await drag(page, frame, 0.5, 0.3);
      await expectTime(page, SECONDS / 2);
      expect(await left()).toBeCloseTo(beforeLeft - beforeWidth * 0.2, -1);
      expect(await width()).toBeCloseTo(beforeWidth, 0);
      await drag(page, frame.locator('[data-end="to"]'), 0.5, -10);
      expect(await width()).toBeLessThan(beforeWidth - 50);
      await frame.click({ position: { x: 30, y: 17 } });
      await expect.poll(() => timeOf(page)).toBeLessThan(SECONDS / 2 - 1);
      await page.keyboard.press('z');
      await expect(frame).toBeHidden();
    });

    await test.step('a question about the moment has its picture and its words', async () => {
      await page.getByRole('button', { name: 'More for this recording' }).click();
      await page.getByRole('menuitem', { name: 'Ask about this moment' }).click();
      await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue(
        /^About 0:\d\d of our live session:\n> (I|You): /,
      );
      const files = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem');
      await expect(files.filter({ hasText: /moment-0-\d\d\.jpg/ })).toHaveCount(1);
      await page.goto(`${url}/recordings/${id}`);
      await expect(page.locator('.lanes__drawing')).toBeVisible();
      await pause(page);
    });

    for (const { entry, name, first } of MENU) {
      await test.step(`the menu hands out ${entry}`, async () => {
        await page.getByRole('button', { name: 'Download' }).click();
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: entry }).click(),
        ]);
        expect(file.suggestedFilename()).toMatch(name);
        const bytes = readFileSync(await file.path());
        expect([...bytes.subarray(0, first.length)]).toEqual(first);
      });
    }

    await test.step('deleting can be undone', async () => {
      await page.getByRole('button', { name: 'More for this recording' }).click();
      await page.getByRole('menuitem', { name: 'Delete recording' }).click();
      await expect(page).toHaveURL(`${url}/recordings`);
      await expect(page.getByText('No recordings yet')).toBeVisible();
      await page.getByRole('button', { name: 'Undo' }).click();
      await expect(page).toHaveURL(`${url}/recordings/${id}`);
      expect((await fetch(`${url}/api/recordings/${id}`)).status).toBe(200);
    });
  }));

test('a player that is opened by its address waits, whatever was pressed in its tab before', () =>
  inApp({ microphone: null, camera: null }, async ({ page, stack }) => {
    const { url } = stack.server;
    const id = await syntheticRecording(url, SECONDS);
    await page.goto(`${url}/recordings`);
    await page.getByRole('heading', { level: 3 }).getByRole('link').click();
    const paused = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.paused);
    await expect.poll(paused).toBe(false);
    await pause(page);
    for (const open of [
      () => page.goto(`${url}/recordings/${id}?t=0m17s`),
      () => page.reload(),
      () => page.goBack().then(() => page.goForward()),
    ]) {
      await open();
      await expect(page.locator('.lanes__drawing')).toBeVisible();
      await page.waitForTimeout(500);
      expect(await paused()).toBe(true);
      await expectTime(page, 17);
    }
  }));
