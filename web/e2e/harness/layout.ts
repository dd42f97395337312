import type { Page } from '@playwright/test';

export type Size = { readonly width: number; readonly height: number };

/** All combinations of widths and heights. */
export const sizes = (widths: readonly number[], heights: readonly number[]): Size[] =>
  widths.flatMap((width) => heights.map((height) => ({ width, height })));

export type Expectation = {
  /** Selectors of parts that must not overlap. Parts that are not shown are left out. */
  readonly apart: readonly string[];
  /** Selectors of parts that must be inside the window without scrolling. */
  readonly inView: readonly string[];
  /** Selectors with the least height in pixels. */
  readonly atLeast: readonly (readonly [selector: string, height: number])[];
};

/** An overlap of half pixels is only rounding. */
const SLACK_PX = 1;

/** What is wrong with the layout at the present size, in words; empty when nothing is. */
export const layoutFaults = (page: Page, expected: Expectation): Promise<string[]> =>
  page.evaluate(
    ({ apart, inView, atLeast, slack }) => {
      const faults: string[] = [];
      const boxOf = (selector: string) => {
        const box = document.querySelector(selector)?.getBoundingClientRect();
        return box && box.width > 0 && box.height > 0 ? box : null;
      };
      const shown = apart.flatMap((selector) => {
        const box = boxOf(selector);
        return box ? [{ selector, box }] : [];
      });
      shown.forEach(({ selector, box }, index) => {
        for (const other of shown.slice(index + 1)) {
          const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          if (wide > slack && high > slack) faults.push(`${selector} lies on ${other.selector}`);
        }
      });
      for (const selector of inView) {
        const box = boxOf(selector);
        if (!box) faults.push(`${selector} is not there`);
        else if (
          box.top < -slack ||
          box.left < -slack ||
          box.right > innerWidth + slack ||
          box.bottom > innerHeight + slack
        )
          faults.push(`${selector} is out of view`);
      }
      for (const [selector, least] of atLeast) {
        const height = boxOf(selector)?.height ?? 0;
        if (height < least - slack) faults.push(`${selector} is ${height} px high`);
      }
      if (document.documentElement.scrollWidth > innerWidth + slack) {
        faults.push(`the page is ${document.documentElement.scrollWidth} px wide`);
      }
      return faults;
    },
    { ...expected, slack: SLACK_PX },
  );
