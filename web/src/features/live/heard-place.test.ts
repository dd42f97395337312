import { describe, expect, test } from 'vitest';
import { heardPlace, jumpOf } from './heard-place';

/** Columns of real windows, from a phone with the field for writing to a large screen. */
const kColumns = [
  { height: 80, line: 26 },
  { height: 112, line: 28 },
  { height: 200, line: 28 },
  { height: 340, line: 36 },
  { height: 620, line: 36 },
  { height: 1100, line: 36 },
];
/** The middle of the next word, as a part of the height, when the heard line ends at `bottom`. */
const nextAt = (bottom: number, column: (typeof kColumns)[number], lines: 0 | 1) =>
  (bottom + (lines - 0.5) * column.line) / column.height;

test('the line being heard ends at about three quarters of the height', () => {
  expect(heardPlace({ height: 620, line: 36 }) / 620).toBeCloseTo(0.76);
  expect(heardPlace({ height: 1100, line: 36 }) / 1100).toBeCloseTo(0.76);
});

test('a column of hardly more than a line shows that line', () => {
  expect(heardPlace({ height: 40, line: 28 })).toBe(28);
});

describe.each(kColumns)('in a column of $height px', (column) => {
  test('the next word is in view, in this line and in the next one', () => {
    for (const lines of [0, 1] as const) {
      expect(nextAt(heardPlace(column), column, lines)).toBeGreaterThan(0.15);
      expect(nextAt(heardPlace(column), column, lines)).toBeLessThan(0.95);
    }
  });

  test('a new line glides as a whole', () => {
    expect(jumpOf(column.line, column)).toBeLessThanOrEqual(column.height < 100 ? 13 : 0.001);
    expect(jumpOf(1, column)).toBe(0);
    expect(jumpOf(-1, column)).toBe(0);
  });

  test.each([0.5, 1, 2, 3, 12])('after %d lines at once the next word is in view', (lines) => {
    for (const below of [lines * column.line, -lines * column.line]) {
      const left = below - jumpOf(below, column);
      expect(nextAt(heardPlace(column) + left, column, 0)).toBeGreaterThan(0.15);
      expect(nextAt(heardPlace(column) + left, column, 1)).toBeLessThan(0.95);
      expect(Math.abs(left)).toBeLessThanOrEqual(Math.abs(below));
    }
  });
});
