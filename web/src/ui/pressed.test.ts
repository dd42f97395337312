import { beforeEach, expect, test, vi } from 'vitest';
import { keepPress, wasPressed, watchPresses } from './pressed';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
});

test('nothing was pressed in a document that has just come', () => {
  watchPresses(new EventTarget(), 5_000);
  expect(wasPressed()).toBe(false);
});

test('a link that was pressed before the app stood counts in the document that it opened, and there only', () => {
  keepPress(5_000);
  watchPresses(new EventTarget(), 6_000);
  expect(wasPressed()).toBe(true);
  watchPresses(new EventTarget(), 7_000);
  expect(wasPressed()).toBe(false);
});

test('a press of long ago counts no more', () => {
  keepPress(5_000);
  watchPresses(new EventTarget(), 16_000);
  expect(wasPressed()).toBe(false);
});

test('without storage nothing fails', () => {
  vi.stubGlobal('sessionStorage', undefined);
  keepPress(5_000);
  watchPresses(new EventTarget(), 6_000);
  expect(wasPressed()).toBe(false);
});
