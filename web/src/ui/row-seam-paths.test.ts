import { expect, test } from 'vitest';
import { kRowSeamBars, type RowSeamData } from './row-seam';
import { rowSeamPaths } from './row-seam-paths';

const levels = (given: Readonly<Record<number, number>>) =>
  Array.from({ length: kRowSeamBars }, (_, bar) => given[bar] ?? 0);
const seam = (given: Partial<RowSeamData>): RowSeamData => ({
  person: levels({}),
  model: levels({}),
  cuts: [],
  gaps: [],
  ...given,
});

test('the person stands above the axis, the model below, silence is not drawn', () => {
  const drawn = rowSeamPaths(
    seam({ person: levels({ 0: 1, 2: 0.02 }), model: levels({ 99: 0.4 }) }),
  );
  expect(drawn).toEqual({ person: 'M0.5 22.5V2', model: 'M99.5 25.5V33.7', cuts: '' });
});

test('the quietest bar that is drawn can be seen', () => {
  expect(rowSeamPaths(seam({ person: levels({ 4: 0.04 }) })).person).toBe('M4.5 22.5V21');
});

test('joined bars are as high as the highest of them, the last one too', () => {
  const { person } = rowSeamPaths(seam({ person: levels({ 0: 0.2, 1: 1, 99: 1 }) }), 4);
  expect(person).toBe('M2 22.5V2M98 22.5V2');
});

test.each([
  { cuts: [7], drawn: [7] },
  { cuts: [7, 8], drawn: [7] },
  { cuts: [7, 8, 9, 12, 13], drawn: [7, 9, 12] },
])('of the cuts $cuts those at $drawn are drawn', ({ cuts, drawn }) => {
  const path = drawn.map((bar) => `M${bar + 0.5} 22V47`).join('');
  expect(rowSeamPaths(seam({ cuts })).cuts).toBe(path);
});

test('many cuts are ticks at the axis', () => {
  const cuts = Array.from({ length: 21 }, (_, n) => 4 * n);
  expect(rowSeamPaths(seam({ cuts })).cuts).toMatch(/^(M[\d.]+ 22V27){21}$/);
  expect(rowSeamPaths(seam({ cuts: cuts.slice(1) })).cuts).toMatch(/^(M[\d.]+ 22V47){20}$/);
});
