import { expect, test, vi } from 'vitest';
import { envelopeOf } from './envelope';
import type { SeamData } from './seam-data';
import { drawSeam, kSeamColours, type SeamColours } from './seam-drawing';

const colours = Object.fromEntries(kSeamColours.map((name) => [name, name])) as SeamColours;
const silent = envelopeOf(new Uint8Array(0), 1);

/** The rectangles in the colour of cuts that a drawing of 1200 × 120 has: left edge, and height. */
function marks(cutsMs: readonly number[], lengthMs: number, kind: 'full' | 'mini') {
  const drawn: { left: number; tall: number }[] = [];
  const g = {
    fillStyle: '',
    fillRect(left: number, _top: number, _wide: number, tall: number) {
      if (this.fillStyle === 'cut') drawn.push({ left, tall });
    },
    clearRect: vi.fn(),
    beginPath: vi.fn(),
    roundRect: vi.fn(),
    fill: vi.fn(),
  };
  const data: SeamData = {
    lengthMs,
    person: silent,
    model: silent,
    ghosts: [],
    gaps: [],
    turns: cutsMs.map((cutMs) => ({
      speaker: 'model',
      startMs: cutMs - 100,
      endMs: cutMs,
      cutMs,
      overlapFromMs: null,
    })),
  };
  const view = { fromMs: 0, toMs: lengthMs, kind };
  drawSeam(g as unknown as CanvasRenderingContext2D, 1200, 120, data, view, colours);
  return drawn;
}
const every = (ms: number, lengthMs: number) =>
  Array.from({ length: Math.floor(lengthMs / ms) - 1 }, (_, index) => (index + 1) * ms);

test('a few cuts are lines through the lane of the model', () => {
  const minute = 60_000;
  expect(marks([6_000, 30_000], minute, 'full')).toEqual([
    { left: 119, tall: 58 },
    { left: 599, tall: 58 },
  ]);
  expect(marks([30_000], minute, 'mini')).toEqual([{ left: 599, tall: 61 }]);
});

test.each(['full', 'mini'] as const)(
  'the many cuts of an hour are ticks, 4 px apart at least (%s)',
  (kind) => {
    const hour = 3_600_000;
    const drawn = marks(every(5_000, hour), hour, kind); // 1.7 px apart
    expect(drawn.length).toBeGreaterThan(100);
    for (const [index, { left, tall }] of drawn.entries()) {
      expect(tall).toBe(5);
      const before = drawn[index - 1];
      if (before) expect(left - before.left).toBeGreaterThanOrEqual(4);
    }
  },
);
