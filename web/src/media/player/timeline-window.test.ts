import { describe, expect, it } from 'vitest';
import {
  fitWindow,
  followWindow,
  kWindowMsMin,
  panWindow,
  pullWindow,
  rulerTicks,
  zoomWindow,
} from './timeline-window';

const kMinute = 60_000;

describe('the window of the lanes', () => {
  it('keeps the moment under the pointer in its place when zooming', () => {
    const window = zoomWindow(fitWindow(kMinute), 2, 15_000, kMinute);
    expect(window.toMs - window.fromMs).toBe(30_000);
    expect((15_000 - window.fromMs) / 30_000).toBeCloseTo(0.25);
  });

  it('never leaves the recording and never gets narrower than its minimum', () => {
    const narrow = zoomWindow(fitWindow(kMinute), 1000, 0, kMinute);
    expect(narrow).toEqual({ fromMs: 0, toMs: kWindowMsMin });
    expect(panWindow(narrow, -5_000, kMinute)).toEqual(narrow);
    expect(panWindow(narrow, 1e9, kMinute)).toEqual({ fromMs: 58_000, toMs: 60_000 });
    expect(zoomWindow(narrow, 0.001, 500, kMinute)).toEqual(fitWindow(kMinute));
  });

  it.each([
    ['its start', 'from', 5_000, { fromMs: 5_000, toMs: 20_000 }],
    ['its end', 'to', 30_000, { fromMs: 10_000, toMs: 30_000 }],
    ['no end past the other', 'from', 45_000, { fromMs: 18_000, toMs: 20_000 }],
    ['no end past the other, to the left', 'to', 1_000, { fromMs: 10_000, toMs: 12_000 }],
    ['nothing out of the recording', 'to', 99_000, { fromMs: 10_000, toMs: 60_000 }],
  ] as const)('pulls %s', (_, end, ms, want) => {
    expect(pullWindow({ fromMs: 10_000, toMs: 20_000 }, end, ms, kMinute)).toEqual(want);
  });

  it.each([
    ['stays while the playhead is inside', 12_000, 10_000],
    ['turns the page at nine tenths', 19_000, 18_000],
    ['jumps to a playhead that was moved out', 45_000, 44_000],
  ])('%s', (_, nowMs, fromMs) => {
    const window = { fromMs: 10_000, toMs: 20_000 };
    expect(followWindow(window, nowMs, kMinute).fromMs).toBeCloseTo(fromMs);
  });

  it('does not move at the end', () => {
    const window = { fromMs: 50_000, toMs: 60_000 };
    expect(followWindow(window, 59_500, kMinute)).toBe(window);
  });

  it('labels round moments, far enough from each other', () => {
    expect(rulerTicks({ fromMs: 0, toMs: kMinute }, 1000)).toEqual([
      0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000,
    ]);
    expect(rulerTicks({ fromMs: 66_000, toMs: 132_000 }, 1190)[0]).toBe(70_000);
  });
});
