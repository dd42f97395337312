import { describe, expect, it } from 'vitest';
import { UnreadFrames } from './unread-frames';

/** Rows: delivered, read at that time, newly lost. The last row is the end. */
type Row = readonly [delivered: number, read: number, lost: number];
const cases: Record<string, readonly Row[]> = {
  'a reader that keeps up loses nothing': [
    [30, 29, 0],
    [60, 61, 0],
    [90, 90, 0],
  ],
  'frames on their way are not lost': [
    [30, 26, 0],
    [60, 55, 0],
    [90, 90, 0],
  ],
  'frames that waited at the end are': [
    [30, 30, 0],
    [60, 57, 3],
  ],
  'a reader that was held up lost them; the end tells the rest': [
    [30, 30, 0],
    [60, 45, 10],
    [90, 75, 0],
    [120, 107, 3],
  ],
  'each is told once, and none is taken back': [
    [60, 30, 25],
    [90, 45, 15],
    [120, 60, 15],
    [150, 96, 0],
  ],
  'a few more than are ever on their way, lost one by one': [
    [300, 293, 2],
    [600, 592, 1],
    [900, 889, 3],
    [910, 899, 5],
  ],
};

describe('UnreadFrames', () => {
  it.each(Object.entries(cases))('%s', (_name, rows) => {
    const unread = new UnreadFrames();
    for (const [index, [delivered, read, lost]] of rows.entries()) {
      const counts = { delivered, read };
      const told = index < rows.length - 1 ? unread.newlyLost(counts) : unread.lostAtEnd(counts);
      expect(told, `row ${index}`).toBe(lost);
    }
  });
});
