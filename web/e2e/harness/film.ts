import { expect, type Page } from '@playwright/test';

/** The film's time in seconds. */
export const timeOf = (page: Page): Promise<number> =>
  page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
export const pausedIn = (page: Page): Promise<boolean> =>
  page.locator('video').evaluate((video: HTMLVideoElement) => video.paused);

/** Pauses the player. Playwright's evaluations count as a gesture, so it may have begun by itself. */
export async function pause(page: Page): Promise<void> {
  await expect(page.getByRole('slider', { name: 'Seek' })).toBeVisible();
  if (!(await pausedIn(page))) await page.keyboard.press('k');
  await expect.poll(() => pausedIn(page)).toBe(true);
}
