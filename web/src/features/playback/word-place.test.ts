import { describe, expect, test } from 'vitest';
import { leavesBand, wordPlace } from './word-place';

test('in a usual panel the word moves from three quarters to two fifths of the height', () => {
  const panel = { height: 600, line: 23 };
  expect(wordPlace(panel)).toBe(240);
  expect([20, 31, 240, 449, 452].map((top) => leavesBand(top, panel))).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
});

describe.each([30, 50, 70, 100, 160, 600])('in a panel of %d px', (height) => {
  const panel = { height, line: 23 };
  test('a word at its place stays there', () => {
    expect(leavesBand(wordPlace(panel), panel)).toBe(false);
  });
  test('the line after a word that stays is in view, as far as there is room', () => {
    for (let top = 0; top < height; top++) {
      if (leavesBand(top, panel)) continue;
      expect(top + 2 * panel.line).toBeLessThanOrEqual(Math.max(height, 2 * panel.line) + 1);
    }
  });
});
