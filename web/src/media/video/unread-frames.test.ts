import { describe, expect, it } from 'vitest';
import { UnreadFrames } from './unread-frames';

/** Rows: seconds, delivered then, read as counted then, newly lost. */
type Row = readonly [at: number, delivered: number, read: number, lost: number];
const cases: Record<string, readonly Row[]> = {
  'a reader that keeps up loses nothing': [
    [1, 30, 29, 0],
    [2, 60, 59, 0],
    [3, 90, 90, 0],
  ],
  'frames on their way are not lost': [
    [1, 30, 28, 0],
    [2, 60, 58, 0],
    [3, 92, 57 + 30, 0],
  ],
  'a reader that was held up for a second lost them': [
    [1, 30, 30, 0],
    [2, 60, 31, 0],
    [3, 90, 50, 0],
    [4, 120, 80, 10],
    [5, 150, 110, 0],
    [6, 180, 140, 0],
  ],
  'what waited in the queue and is read late is not lost': [
    [1, 30, 30, 0],
    [2, 60, 31, 0],
    [3, 90, 52, 0],
    [4, 120, 118, 0],
    [5, 150, 148, 0],
  ],
  'a reader that is too slow loses more and more, each told once': [
    [1, 30, 20, 0],
    [2, 60, 25, 0],
    [3, 90, 35, 5],
    [4, 120, 45, 20],
    [5, 150, 60, 20],
  ],
};

describe('UnreadFrames', () => {
  it.each(Object.entries(cases))('%s', (_name, rows) => {
    const unread = new UnreadFrames();
    for (const [at, delivered, read, lost] of rows) {
      unread.delivered(delivered, at * 1e6);
      expect(unread.newlyLost({ atUs: at * 1e6 + 100, read }), `at ${at} s`).toBe(lost);
    }
  });

  it('reports that arrive late, all at once, are compared with what was delivered before them', () => {
    const unread = new UnreadFrames();
    unread.delivered(30, 1e6);
    expect(unread.newlyLost({ atUs: 1e6, read: 30 })).toBe(0);
    unread.delivered(120, 4e6);
    expect(
      [2e6, 3e6, 4e6].map((atUs) => unread.newlyLost({ atUs, read: (atUs / 1e6) * 30 })),
    ).toEqual([0, 0, 0]);
    unread.delivered(150, 5e6);
    expect(unread.newlyLost({ atUs: 5e6, read: 149 })).toBe(0);
  });
});
