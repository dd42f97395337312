import { expect, test } from 'vitest';
import { barOf } from './envelope';
import { kRowSeamMs, rowSeam } from './row-seam';

const textOf = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

test('bars have the heights that are stored, the person in the upper four bits', () => {
  const bytes = new Uint8Array(139);
  bytes.set([0xf0, 0x0f, 0x81, 0x00]);
  const seam = rowSeam(textOf(bytes));
  const bar = (lane: 'person' | 'model', n: number) => (seam ? barOf(seam[lane], n, n + 1) : -1);
  expect(seam?.lengthMs).toBe(kRowSeamMs);
  expect(bar('person', 0)).toBeCloseTo(1, 1);
  expect(bar('model', 0)).toBe(0);
  expect(bar('model', 1)).toBeCloseTo(1, 1);
  expect(bar('person', 2)).toBeCloseTo(8 / 15, 1);
  expect(bar('model', 2)).toBeCloseTo(1 / 15, 1);
  expect(bar('person', 3)).toBe(0);
});

test('cuts and gaps stand at their bars, gaps that touch are one', () => {
  const bytes = new Uint8Array(139);
  bytes[100] = 0b0100_0001; // cuts at bars 1 and 7
  bytes[113] = 0b0000_0011; // the person's voice is missing in bars 6 to 8
  bytes[114] = 0b1000_0000;
  bytes[138] = 0b0001_0000; // the model's in bar 99
  const seam = rowSeam(textOf(bytes));
  expect(seam?.turns.map(({ cutMs }) => cutMs)).toEqual([15, 75]);
  expect(seam?.gaps).toEqual([
    { lane: 'person', startMs: 60, endMs: 90 },
    { lane: 'model', startMs: 990, endMs: 1000 },
  ]);
});

test('bytes that are no seam give no bars', () => {
  for (const text of ['', '%', btoa('short'), textOf(new Uint8Array(140))])
    expect(rowSeam(text)).toBe(null);
});
