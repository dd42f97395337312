import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { root } from './paths';

export const LONG = process.env.TEST_LONG === '1';
type Look = { readonly width: number; readonly height: number; readonly theme: 'light' | 'dark' };

const SIZES = [
  [1440, 900],
  [820, 1180],
  [390, 844],
  [720, 450],
] as const;
/** The size and theme of a normal run; with `--long` there are all sizes in both themes. */
const NORMAL: Look = { width: 1440, height: 900, theme: 'light' };
const LOOKS: readonly Look[] = LONG
  ? SIZES.flatMap(([width, height]) =>
      (['light', 'dark'] as const).map((theme) => ({ width, height, theme })),
    )
  : [NORMAL];

const FOLDER = join(root, 'build', 'shots');
/** How long the page takes to settle after a change of its size. */
const SETTLE_MS = 350;

const dress = async (page: Page, { width, height, theme }: Look): Promise<void> => {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height });
};

/** Saves pictures of the page in `build/shots`; returns the findings of axe-core, of any level, in words. */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  mkdirSync(FOLDER, { recursive: true });
  const findings: string[] = [];
  for (const look of LOOKS) {
    await dress(page, look);
    await page.waitForTimeout(SETTLE_MS);
    const of = `${name}-${look.width}x${look.height}-${look.theme}`;
    await page.screenshot({ path: join(FOLDER, `${of}.png`) });
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, impact, nodes } of violations) {
      findings.push(...nodes.map(({ html }) => `${of}: ${id} (${impact}): ${html.slice(0, 160)}`));
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 1) findings.push(`${of}: the page scrolls sideways by ${wide} px`);
  }
  if (LONG) await dress(page, NORMAL);
  return findings;
}

/** Letters are drawn a little differently on each machine; a part that is gone or moved is more than that. */
const DIFFERENT_PIXELS_MAX = 0.03;

/** Compares a screen that looks the same every time with its committed picture. */
export const compareLook = (page: Page, name: string): Promise<void> =>
  expect.soft(page).toHaveScreenshot(`${name}.png`, {
    maxDiffPixelRatio: DIFFERENT_PIXELS_MAX,
    animations: 'disabled',
    // The room on the disk.
    mask: [page.locator('.sidebar__foot')],
  });
