// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { layOutForTest } from './layout-for-test';

beforeEach(() => {
  layOutForTest();
  // Without the file that an earlier test has loaded.
  vi.resetModules();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const keyOf = (item: number) => `n${item}`;
const heightOf = () => 60;
const show = async (length: number, count = length, scroller = document.createElement('div')) => {
  const { List } = await import('./list');
  return render(
    <List
      items={Array.from({ length }, (_, index) => index)}
      place={null}
      onNearEnd={() => {}}
      {...{ scroller, keyOf, heightOf, count }}
    >
      {(item) => `row ${item}`}
    </List>,
  );
};
const items = () => screen.getAllByRole('listitem');

test('a short list is there as a whole, each item with its number', async () => {
  await show(24);
  expect(items()).toHaveLength(24);
  expect(items()[23]?.getAttribute('aria-posinset')).toBe('24');
  expect(items()[23]?.getAttribute('aria-setsize')).toBe('24');
  expect(items()[23]?.getAttribute('data-key')).toBe('n23');
});

/** Lets its first items be higher than it is. */
function overflowing(): HTMLDivElement {
  const scroller = document.createElement('div');
  vi.spyOn(scroller, 'scrollHeight', 'get').mockReturnValue(24 * 60);
  return scroller;
}
const rows = (container: Element) => container.querySelector('.virtual-list');
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('while its first items fill the view, a long list loads nothing more until somebody scrolls', async () => {
  vi.useFakeTimers();
  const scroller = overflowing();
  const { container } = await show(100, 100, scroller);
  await pass(4_900);
  expect(items()).toHaveLength(24);
  expect(rows(container)).toBeNull();
  scroller.scrollTop = 300;
  const scrollTo = vi.fn();
  scroller.scrollTo = scrollTo;
  fireEvent.scroll(scroller);
  await vi.waitFor(() => expect(rows(container)).not.toBeNull());
  // It may scroll where it is, and nowhere else.
  for (const [to] of scrollTo.mock.calls) expect(to).toMatchObject({ top: 300 });
  expect(scroller.scrollTop).toBe(300);
});

test('a long list at which somebody points is there before it is scrolled', async () => {
  vi.useFakeTimers();
  const scroller = overflowing();
  const { container } = await show(100, 100, scroller);
  expect(rows(container)).toBeNull();
  scroller.dispatchEvent(new Event('pointerenter'));
  await vi.waitFor(() => expect(rows(container)).not.toBeNull());
});

test('a long list that nobody scrolls is there as a whole after five seconds', async () => {
  vi.useFakeTimers();
  const { container } = await show(100, 100, overflowing());
  await pass(5_000);
  await vi.waitFor(() => expect(rows(container)).not.toBeNull());
});

test('a long list begins with its first items, and then holds what is in view', async () => {
  const { container } = await show(100);
  expect(items()).toHaveLength(24);
  await vi.waitFor(() => expect(container.querySelector('.virtual-list')).not.toBeNull());
  expect(items().length).toBeLessThan(24);
  expect(items()[0]?.textContent).toBe('row 0');
});

test('a list of which not all is here can grow, however short it is', async () => {
  const { container } = await show(3, -1);
  expect(items()).toHaveLength(3);
  await vi.waitFor(() => expect(container.querySelector('.virtual-list')).not.toBeNull());
});
