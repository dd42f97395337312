// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KeysSheet } from './keys-sheet';

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.setAttribute('open', '');
  };
  HTMLDialogElement.prototype.close = function close() {
    this.removeAttribute('open');
  };
});
afterEach(cleanup);

const keysOf = (what: string) => {
  const row = screen.getByText(what).parentElement;
  return [...(row?.querySelectorAll('kbd') ?? [])].map((key) => key.textContent);
};

test('each press is one key cap, with its Ctrl and Shift', () => {
  render(<KeysSheet onClose={() => {}} />);
  expect(keysOf('New chat')).toEqual(['Ctrl Shift O']);
  expect(keysOf('Hang up')).toEqual(['Shift H']);
  expect(keysOf('1 s back, on')).toEqual(['Shift ←', 'Shift →']);
  expect(keysOf('Play, pause')).toEqual(['Space', 'k']);
});

test('no line is there twice', () => {
  render(<KeysSheet onClose={() => {}} />);
  for (const list of document.querySelectorAll('dl')) {
    const lines = [...list.querySelectorAll('dt')].map((line) => line.textContent);
    expect(new Set(lines).size).toBe(lines.length);
  }
});

test('Esc closes it', () => {
  const onClose = vi.fn();
  render(<KeysSheet onClose={onClose} />);
  const dialog = screen.getByRole('dialog', { name: 'Keys' });
  dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
  expect(onClose).toHaveBeenCalledOnce();
});
