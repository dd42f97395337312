// @vitest-environment jsdom
import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useShortcuts } from '../ui/use-shortcuts';
import { keepEarlyKeys, replayEarlyKeys } from './early-keys';

const search = vi.fn();
const keys = vi.fn();
function App() {
  useShortcuts({ 'Ctrl+K': search, '/': search, '?': keys });
  return null;
}

afterEach(() => {
  replayEarlyKeys();
  cleanup();
  vi.clearAllMocks();
});

/** Whether the browser does with the key what it likes. */
const leftToBrowser = (init: KeyboardEventInit, on: Element = document.body) =>
  fireEvent.keyDown(on, init);

test('the last key of those for every page waits for the app', () => {
  keepEarlyKeys();
  expect(leftToBrowser({ key: '?', shiftKey: true })).toBe(false);
  expect(leftToBrowser({ key: 'k', code: 'KeyK', ctrlKey: true })).toBe(false);
  render(<App />);
  replayEarlyKeys();
  expect([search.mock.calls.length, keys.mock.calls.length]).toEqual([1, 0]);
  replayEarlyKeys();
  expect(search).toHaveBeenCalledOnce();
});

test('all other keys are the browser’s, and what is typed in a field is', () => {
  keepEarlyKeys();
  const field = document.body.appendChild(document.createElement('input'));
  expect(leftToBrowser({ key: 'l', ctrlKey: true })).toBe(true);
  expect(leftToBrowser({ key: 'a' })).toBe(true);
  expect(leftToBrowser({ key: '/' }, field)).toBe(true);
  render(<App />);
  replayEarlyKeys();
  expect(search).not.toHaveBeenCalled();
  field.remove();
});

test('once the app listens it is told each key by the browser alone', () => {
  keepEarlyKeys();
  render(<App />);
  replayEarlyKeys();
  leftToBrowser({ key: 'k', ctrlKey: true });
  expect(search).toHaveBeenCalledOnce();
});
