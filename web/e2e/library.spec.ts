/** What one does in the library: filters, several recordings at once, another name. */
import { expect, type Page, test } from '@playwright/test';
import { inApp } from './harness/in-app';
import { finishRecording, newRecording, putChunk, synthetic } from './harness/synthetic';

/** The shortest that is made; only its beginning is used. */
const MADE_SECONDS = 20;
const SECONDS = 6;
/** One chunk in the middle never comes. */
const LOST = 3;

/** A short recording; returns its id. */
async function recorded(url: string, files: readonly string[], lost: number | null) {
  const id = await newRecording(url);
  for (const [seq, file] of files.entries()) if (seq !== lost) await putChunk(url, id, seq, file);
  await finishRecording(url, id, files.length);
  return id;
}

/** The recordings that are listed, in their order. */
const listed = (page: Page) =>
  page
    .locator('.library h3 a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.split('/').at(-1)));
const listedNow = (page: Page) => expect.poll(() => listed(page));

test('the library is filtered, and several recordings are downloaded, deleted and named', () =>
  inApp({ microphone: null, camera: null }, async ({ page, stack }) => {
    const { url } = stack.server;
    const files = synthetic(MADE_SECONDS).slice(0, SECONDS);
    const short = await recorded(url, files.slice(0, SECONDS - 1), null);
    const gaps = await recorded(url, files, LOST);
    const whole = await recorded(url, files, null);
    const choose = (label: string, option: string) =>
      page.getByRole('combobox', { name: label }).selectOption({ label: option });
    const select = (id: string) =>
      page.locator(`.library li[data-key="${id}"]`).getByRole('checkbox').check();
    const more = async (id: string, item: string) => {
      await page
        .locator(`.library li[data-key="${id}"]`)
        .getByRole('button', { name: 'More for this recording' })
        .click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    const selected = page.getByRole('toolbar', { name: 'Selected recordings' });
    await page.goto(`${url}/recordings`);
    await listedNow(page).toEqual([whole, gaps, short]);

    await test.step('filters stand in the address and outlive a reload', async () => {
      await choose('State', 'With gaps');
      await listedNow(page).toEqual([gaps]);
      await page.reload();
      await listedNow(page).toEqual([gaps]);
      await choose('State', 'Any state');
      await choose('Order', 'Oldest first');
      await listedNow(page).toEqual([short, gaps, whole]);
      await choose('Time', 'Today');
      await expect(page).toHaveURL(/\?time=today&sort=oldest$/);
      await listedNow(page).toEqual([short, gaps, whole]);
      await more(gaps, 'Show only this chat');
      await listedNow(page).toEqual([gaps]);
      await page.getByRole('button', { name: /^Show all chats/ }).click();
      await listedNow(page).toEqual([short, gaps, whole]);
      await choose('State', 'Live now');
      await expect(page.getByText('Nothing matches these filters')).toBeVisible();
      await page.getByRole('button', { name: 'Show all recordings' }).click();
      await listedNow(page).toEqual([short, gaps, whole]);
      await choose('Order', 'Newest first');
      await listedNow(page).toEqual([whole, gaps, short]);
    });

    await test.step('the films of all that are selected are downloaded', async () => {
      await select(whole);
      await select(short);
      await expect(selected).toContainText('2 selected');
      const films: string[] = [];
      page.on('download', (download) => films.push(download.url()));
      await selected.getByRole('button', { name: 'Download' }).click();
      await expect.poll(() => films.length).toBe(2);
      for (const id of [whole, short]) expect(films.some((film) => film.includes(id))).toBe(true);
    });

    await test.step('all that are selected are deleted, and each deletion says which', async () => {
      await selected.getByRole('button', { name: 'Delete' }).click();
      await expect(selected).toBeHidden();
      await listedNow(page).toEqual([gaps]);
      await more(gaps, 'Delete recording');
      const undo = page.locator('.toast').getByRole('button', { name: 'Undo' });
      await expect(undo).toHaveCount(2);
      const said = await page.locator('.toast__text').allTextContents();
      expect(said[0]).toMatch(/ of \d\d:\d\d and 1 more deleted$/);
      expect(said[1]).toMatch(/ of \d\d:\d\d deleted$/);
      await undo.last().click();
      await listedNow(page).toEqual([gaps]);
      await undo.click();
      await listedNow(page).toEqual([whole, gaps, short]);
      await expect(page.locator('.toast')).toHaveCount(0);
    });

    await test.step('a menu lies over the messages of a small window', async () => {
      await page.setViewportSize({ width: 390, height: 420 });
      await more(whole, 'Delete recording');
      await more(gaps, 'Delete recording');
      await listedNow(page).toEqual([short]);
      for (const left of [
        [gaps, short],
        [whole, gaps, short],
      ]) {
        await page.getByRole('button', { name: 'Undo' }).last().click();
        await listedNow(page).toEqual(left);
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    });

    await test.step('a recording gets another name, which is everywhere at once', async () => {
      await more(whole, 'Rename');
      const field = page.getByRole('textbox', { name: 'Title of the recording' });
      await expect(field).toBeFocused();
      await field.fill('The worn wheel');
      await field.press('Enter');
      const link = page.getByRole('link', { name: 'The worn wheel' });
      await expect(link).toBeFocused();
      await more(whole, 'Delete recording');
      await expect(page.locator('.toast__text')).toHaveText(/worn wheel.* of \d\d:\d\d deleted$/);
      await page.getByRole('button', { name: 'Undo' }).click();
      await link.click();
      await expect(page.getByRole('heading', { level: 1 })).toContainText('The worn wheel');
      await page.reload();
      await expect(page.getByRole('heading', { level: 1 })).toContainText('The worn wheel');
    });

    await test.step('the first screen shows the last ones as the library does', async () => {
      await page.goto(`${url}/`);
      const row = page.getByRole('link', { name: 'The worn wheel' }).locator('xpath=ancestor::li');
      const size = async () => (await row.boundingBox())?.height ?? 0;
      await expect.poll(size).toBeGreaterThan(40);
      // A row without its styles is several times as high.
      expect(await size()).toBeLessThan(140);
    });
  }));
