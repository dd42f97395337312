import { expect, test } from 'vitest';
import { type Strip, tileAt, tilePlace } from './strip';

const strip: Strip = {
  url: '',
  columns: 2,
  tile_width: 160,
  tile_height: 90,
  times_ms: [500, 2500, 4500],
};

test.each([
  [0, 0],
  [500, 0],
  [2499, 0],
  [2500, 1],
  [4499, 1],
  [4500, 2],
  [99_999, 2],
])('at %i ms tile %i is shown', (ms, tile) => expect(tileAt(strip, ms)).toBe(tile));

test('tiles stand row by row', () => {
  expect([0, 1, 2].map((tile) => tilePlace(strip, tile))).toEqual([
    { x: 0, y: 0 },
    { x: 160, y: 0 },
    { x: 0, y: 90 },
  ]);
});
