import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { hangUp, startLive } from './harness/app';
import { launch } from './harness/browser';
import { breathe, writeY4m } from './harness/camera';
import { startStack } from './harness/servers';
import { speak, track, writeWav } from './harness/speech';

const SECONDS = 60;
/** Seconds at which the field for writing opens or closes, which makes the column lower or higher. */
const WRITES = [8, 20, 38, 50];
const folder = mkdtempSync(join(tmpdir(), 'reprise-captions-'));

/** The position of the word being heard, as a part of the column's height; null while no words are coming. */
const heardAt = (page: Page) =>
  page.evaluate(() => {
    const column = document.querySelector('[role="log"]')?.getBoundingClientRect();
    const next = document.querySelector('[class*="coming"]')?.firstChild;
    if (!column || !next) return null;
    const range = document.createRange();
    range.selectNodeContents(next);
    const word = range.getClientRects()[0];
    return word ? ((word.top + word.bottom) / 2 - column.top) / column.height : null;
  });

declare const window: { shifts?: { value: number; words: string }[] };

/** Collects every layout shift from now on that no input caused. */
const watchShifts = (page: Page) =>
  page.evaluate(() => {
    const shifts: { value: number; words: string }[] = [];
    window.shifts = shifts;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        /** Set when the test itself has resized the window. */
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      })[]) {
        if (entry.hadRecentInput) continue;
        const words = entry.sources.map(({ node }) => node?.textContent?.slice(0, 40)).join(' | ');
        shifts.push({ value: entry.value, words });
      }
    }).observe({ type: 'layout-shift' });
  });

test('the word being heard stays in the column of the captions, and nothing shifts', {
  tag: '@long',
}, async () => {
  const microphone = join(folder, 'mic.wav');
  const camera = join(folder, 'camera.y4m');
  const ask = { atSeconds: 3, say: 'tell me a long story' };
  writeWav(microphone, track([ask], 4 + speak(ask.say).length / 48_000));
  writeY4m(camera, breathe, 4);
  const stack = await startStack();
  const { context } = await launch({ microphone, camera });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await startLive(page, stack.server.url);
    await expect(page.locator('.live__header')).toContainText('Connected');
    await watchShifts(page);
    await expect.poll(() => heardAt(page), { timeout: 60_000 }).not.toBeNull();
    const places: number[] = [];
    for (let second = 0; second < SECONDS; second++) {
      if (WRITES.includes(second)) await page.getByRole('button', { name: 'Write' }).click();
      await page.waitForTimeout(1000);
      const place = await heardAt(page);
      if (place !== null) places.push(place);
      // A narrow window for the second half gives the column another height.
      if (second === SECONDS / 2) await page.setViewportSize({ width: 390, height: 844 });
    }
    expect(places.length).toBeGreaterThan(SECONDS / 2);
    expect(places.filter((place) => place < 0.15 || place > 0.95)).toEqual([]);
    const shifts = await page.evaluate(() => window.shifts ?? []);
    const sum = shifts.reduce((all, { value }) => all + value, 0);
    expect(sum, JSON.stringify(shifts)).toBeLessThan(0.02);

    await test.step('who scrolls back stays there, until Back to now', async () => {
      const back = page.getByRole('button', { name: 'Back to now' });
      await page.getByRole('log', { name: 'Captions' }).hover();
      await page.mouse.wheel(0, -400);
      await expect(back).toBeVisible();
      await back.click();
      await expect(back).toBeHidden();
      await expect.poll(() => heardAt(page)).toBeGreaterThan(0.15);
    });
    await hangUp(page);
  } finally {
    await context.close();
    await stack.stop();
  }
});
