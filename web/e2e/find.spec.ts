/** Finding things again: the search, moments in the address, bookmarks, and the settings page. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { pause, timeOf } from './harness/film';
import { inApp } from './harness/in-app';
import { syntheticRecording } from './harness/synthetic';

const SECONDS = 40;
async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
    what,
  ).toEqual([]);
}

type Said = {
  readonly turns: {
    readonly start_ms: number;
    readonly end_ms: number;
    readonly words: { text: string; start_ms: number }[];
  }[];
};

test('what was said is found again, at its moment; moments are kept and handed on', () =>
  inApp({ microphone: null, camera: null }, async ({ page, context, stack }) => {
    const { url } = stack.server;
    const id = await syntheticRecording(url, SECONDS);
    const said = (await (await fetch(`${url}/api/recordings/${id}`)).json()) as Said;
    const all = said.turns.flatMap(({ words }) => words);
    const late = all.findLast(({ text }) => text.trim().length > 4);
    if (!late) throw new Error('nobody said anything');
    const word = late.text.replace(/[^\p{L}]/gu, '');

    await test.step('the search opens a sentence where it was said', async () => {
      await page.goto(url);
      // From now on the page handles keys.
      await expect(page.getByRole('button', { name: 'New chat' }).first()).toBeVisible();
      // On a layout without Latin letters the position of the key counts.
      await page.evaluate(() =>
        dispatchEvent(
          new KeyboardEvent('keydown', { key: 'л', code: 'KeyK', ctrlKey: true, bubbles: true }),
        ),
      );
      const field = page.getByRole('combobox', { name: /Search/ });
      await expect(field).toBeFocused();
      await field.fill('zzzz nothing of this');
      await expect(page.getByText(/Nothing found for/)).toBeVisible();
      await expectAccessible(page, 'nothing found');
      await field.fill(word.slice(0, -1).toUpperCase());
      const hit = page.getByRole('group', { name: 'Moments' }).getByRole('option').first();
      await expect(hit).toContainText(word, { ignoreCase: true });
      await expectAccessible(page, 'found');
      // The newest hit comes first, and this was said last.
      await hit.hover();
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(new RegExp(`/recordings/${id}\\?t=`));
      await expect.poll(() => timeOf(page)).toBeGreaterThan(1);
      await page.keyboard.press('Control+k');
      await expect(
        page.getByRole('option', { name: new RegExp(word.slice(0, -1), 'i') }),
      ).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    });

    await test.step('the address names a moment', async () => {
      for (const [t, seconds] of [
        ['12', 12],
        ['0m15s', 15],
        ['0:17', 17],
        ['9m', SECONDS],
      ] as const) {
        await page.goto(`${url}/recordings/${id}?t=${t}`);
        await pause(page);
        await expect.poll(() => timeOf(page)).toBeGreaterThan(seconds - 1);
        expect(await timeOf(page)).toBeLessThan(seconds + 3);
      }
      await page.goto(`${url}/recordings/${id}?t=tomorrow`);
      await expect(page.getByText(/names no moment/)).toBeVisible();
      await pause(page);
      const length = await page.evaluate(() => history.length);
      await page.keyboard.press('5');
      // The film is a few hundredths shorter than 40 s.
      await expect(page).toHaveURL(/\?t=(19|20)s$/);
      await page.keyboard.press('l');
      await expect(page).toHaveURL(/\?t=(29|30)s$/);
      expect(await page.evaluate(() => history.length), 'the history does not grow').toBe(length);
    });

    await test.step('a link to this moment', async () => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copy link to this moment' }).click();
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(copied).toMatch(new RegExp(`^${url}/recordings/${id}\\?t=(29|30)s$`));
    });

    await test.step('bookmarks: made, noted, gone to, deleted and back', async () => {
      await page.keyboard.press('Home');
      await page.keyboard.press('l');
      await page.keyboard.press('b');
      await page.getByRole('tab', { name: /Bookmarks/ }).click();
      const list = page.getByRole('list', { name: 'Bookmarks' });
      await expect(list.getByRole('listitem')).toHaveCount(1);
      await page.getByRole('button', { name: 'Edit the note at 0:10' }).click();
      const note = page.getByRole('textbox', { name: 'Note at 0:10' });
      await note.fill('Here the chain slips');
      await note.press('Enter');
      await expect(list).toContainText('Here the chain slips');
      await expectAccessible(page, 'bookmarks');
      await page.keyboard.press('End');
      await list.getByRole('button', { name: /0:10 Here the chain slips/ }).click();
      await expect.poll(() => timeOf(page)).toBeCloseTo(10, 1);
      await expect(page.locator('.seek__place')).toHaveCount(1);
      await page.getByRole('button', { name: 'Delete the bookmark at 0:10' }).click();
      await expect(list).toHaveCount(0);
      await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
      await page.getByRole('button', { name: 'Undo' }).click();
      await expect(list.getByRole('button', { name: /0:10 Here the chain slips/ })).toBeFocused();
      await page.reload();
      await page.getByRole('tab', { name: /Bookmarks 1/ }).click();
      await expect(list).toContainText('Here the chain slips');
    });

    await test.step('silence is skipped when that is switched on', async () => {
      await pause(page);
      const skip = page.getByRole('button', { name: 'Skip silence' });
      await page.keyboard.press('s');
      await expect(skip).toHaveAttribute('aria-pressed', 'true');
      await expect(page.getByText(/^Skips \d:\d\d of 0:(39|40)/)).toBeVisible();
      const turns = [...said.turns].sort((a, b) => a.start_ms - b.start_ms);
      const before = turns.findIndex(
        ({ end_ms }, i) => (turns[i + 1]?.start_ms ?? 0) - end_ms > 1500,
      );
      const [from, to] = [turns[before]?.end_ms ?? 0, turns[before + 1]?.start_ms ?? 0];
      await page.goto(`${url}/recordings/${id}?t=${(from / 1000).toFixed(3)}`);
      await pause(page);
      await page.keyboard.press('k');
      await expect.poll(() => timeOf(page)).toBeGreaterThan(to / 1000 - 0.5);
      await page.keyboard.press('s');
    });

    await test.step('settings: the look, what is stored, and what is inside', async () => {
      await page.goto(`${url}/settings`);
      await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
      await page.getByRole('radio', { name: 'Dark' }).check();
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
      await page.getByRole('button', { name: 'Show what is inside' }).click();
      await expect(page.getByRole('rowheader', { name: 'react', exact: true })).toBeVisible();
      await expect(page.getByText('Nothing waits here')).toBeVisible();
      await expectAccessible(page, 'settings');
    });
  }));

test('keys that are pressed before the app stands are not lost', () =>
  inApp({ microphone: null, camera: null }, async ({ page, stack }) => {
    for (const [key, role] of [
      ['Control+K', 'combobox'],
      ['?', 'dialog'],
    ] as const) {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/assets/start-*.js', async (route) => {
        await released;
        await route.continue();
      });
      await page.goto(stack.server.url);
      await page.keyboard.press(key);
      release();
      await expect(page.getByRole(role).first()).toBeVisible();
      await page.unroute('**/assets/start-*.js');
    }
  }));
