// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readSetting, writeSetting } from './settings';

beforeEach(() => localStorage.clear());
afterEach(() => void vi.unstubAllGlobals());

const blocked = () => {
  throw new DOMException('denied', 'SecurityError');
};
const full = { getItem: blocked, setItem: blocked, removeItem: blocked };

test('a choice is kept, and taken back', () => {
  expect(readSetting('a')).toBeNull();
  writeSetting('a', '1');
  expect(localStorage.getItem('a')).toBe('1');
  expect(readSetting('a')).toBe('1');
  writeSetting('a', null);
  expect(localStorage.getItem('a')).toBeNull();
});

test.each<[string, () => void]>([
  ['may not be touched', () => vi.stubGlobal('localStorage', new Proxy({}, { get: blocked }))],
  ['throws at every call', () => vi.stubGlobal('localStorage', full)],
  ['is not there', () => vi.stubGlobal('localStorage', undefined)],
])('where storage %s a choice lasts as long as the page', (_, block) => {
  block();
  expect(readSetting('b')).toBeNull();
  writeSetting('b', '1');
  expect(readSetting('b')).toBe('1');
  writeSetting('b', null);
  expect(readSetting('b')).toBeNull();
});
