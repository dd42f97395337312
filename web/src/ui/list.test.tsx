// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { layOutForTest } from './layout-for-test';
import { List } from './list';

beforeEach(layOutForTest);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const keyOf = (item: number) => `n${item}`;
const heightOf = () => 60;
const show = (length: number, count = length) => {
  const scroller = document.createElement('div');
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

test('a short list is there as a whole, each item with its number', () => {
  show(24);
  expect(items()).toHaveLength(24);
  expect(items()[23]?.getAttribute('aria-posinset')).toBe('24');
  expect(items()[23]?.getAttribute('aria-setsize')).toBe('24');
  expect(items()[23]?.getAttribute('data-key')).toBe('n23');
});

test('a long list begins with its first items, and then holds what is in view', async () => {
  const { container } = show(100);
  expect(items()).toHaveLength(24);
  await vi.waitFor(() => expect(container.querySelector('.virtual-list')).not.toBeNull());
  expect(items().length).toBeLessThan(24);
  expect(items()[0]?.textContent).toBe('row 0');
});

test('a list of which not all is here can grow, however short it is', async () => {
  const { container } = show(3, -1);
  expect(items()).toHaveLength(3);
  await vi.waitFor(() => expect(container.querySelector('.virtual-list')).not.toBeNull());
});
