// @vitest-environment jsdom
import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { type Shortcuts, setSingleKeysOff, useShortcuts } from './use-shortcuts';

afterEach(() => {
  cleanup();
  localStorage.clear();
});

function Page({ shortcuts }: { readonly shortcuts: Shortcuts }) {
  useShortcuts(shortcuts);
  return (
    <>
      <input aria-label="Title" />
      <input type="range" aria-label="Volume" />
      <div role="menu">
        <button type="button">Rename</button>
      </div>
    </>
  );
}

test.each([
  ['m', { key: 'm' }],
  ['?', { key: '?', shiftKey: true }],
  ['Shift+H', { key: 'H', shiftKey: true }],
  ['Ctrl+B', { key: 'b', ctrlKey: true }],
  ['Ctrl+B', { key: 'b', metaKey: true }],
  ['Ctrl+Shift+O', { key: 'O', ctrlKey: true, shiftKey: true }],
  ['m', { key: 'ь', code: 'KeyM' }],
  ['m', { key: 'M', code: 'KeyM' }],
])('%s answers to its key', (name, init) => {
  const run = vi.fn();
  render(<Page shortcuts={{ [name]: run }} />);
  fireEvent.keyDown(document.body, init);
  expect(run).toHaveBeenCalledOnce();
});

test('single keys do nothing in a text field, control keys do', () => {
  const [single, control] = [vi.fn(), vi.fn()];
  const { getByLabelText } = render(<Page shortcuts={{ m: single, 'Ctrl+B': control }} />);
  fireEvent.keyDown(getByLabelText('Title'), { key: 'm' });
  fireEvent.keyDown(getByLabelText('Title'), { key: 'b', ctrlKey: true });
  expect(single).not.toHaveBeenCalled();
  expect(control).toHaveBeenCalledOnce();
});

test('single keys can be switched off', () => {
  const run = vi.fn();
  render(<Page shortcuts={{ m: run }} />);
  setSingleKeysOff(true);
  fireEvent.keyDown(document.body, { key: 'm' });
  expect(run).not.toHaveBeenCalled();
});

test.each([
  ['ArrowLeft', 'Volume'],
  ['Home', 'Volume'],
  ['m', 'Rename'],
])('%s stays with %s while that has focus', (key, name) => {
  const run = vi.fn();
  const { getByLabelText, getByText } = render(<Page shortcuts={{ [key]: run }} />);
  fireEvent.keyDown(name === 'Volume' ? getByLabelText(name) : getByText(name), { key });
  expect(run).not.toHaveBeenCalled();
});

test('a letter works while a slider has focus', () => {
  const run = vi.fn();
  const { getByLabelText } = render(<Page shortcuts={{ m: run }} />);
  fireEvent.keyDown(getByLabelText('Volume'), { key: 'm' });
  expect(run).toHaveBeenCalledOnce();
});
