// @vitest-environment jsdom
import { expect, test, vi } from 'vitest';
import { pageReady } from './page-ready';

/** A page with style sheets of which some have come. */
function pageOf(state: DocumentReadyState, ...sheets: readonly boolean[]) {
  const page = document.implementation.createHTMLDocument();
  Object.defineProperty(page, 'readyState', { value: state, configurable: true });
  const links = sheets.map((there) => {
    const link = page.createElement('link');
    link.rel = 'stylesheet';
    Object.defineProperty(link, 'sheet', { value: there ? {} : null });
    page.head.append(link);
    return link;
  });
  return { page, links };
}

const settled = async (ready: Promise<void>) => {
  const done = vi.fn();
  void ready.then(done);
  await new Promise((resolve) => setTimeout(resolve));
  return done.mock.calls.length > 0;
};

test('a page that is parsed and has its styles is ready', async () => {
  expect(await settled(pageReady(pageOf('interactive', true, true).page))).toBe(true);
  expect(await settled(pageReady(pageOf('complete').page))).toBe(true);
});

test('waits for the rest of the page', async () => {
  const { page } = pageOf('loading', true);
  const ready = pageReady(page);
  expect(await settled(ready)).toBe(false);
  page.dispatchEvent(new Event('DOMContentLoaded'));
  expect(await settled(ready)).toBe(true);
});

test.each(['load', 'error'])('waits for each style sheet: %s', async (type) => {
  const { page, links } = pageOf('interactive', false, true, false);
  const ready = pageReady(page);
  links[0]?.dispatchEvent(new Event('load'));
  expect(await settled(ready)).toBe(false);
  links[2]?.dispatchEvent(new Event(type));
  expect(await settled(ready)).toBe(true);
});
