import { expect, test } from 'vitest';
import { rowSeam } from './row-seam';

const textOf = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

test('bars have the heights that are stored, the person in the upper four bits', () => {
  const bytes = new Uint8Array(139);
  bytes.set([0xf0, 0x0f, 0x81, 0x00]);
  const seam = rowSeam(textOf(bytes));
  expect(seam?.person.slice(0, 4)).toEqual([1, 0, 8 / 15, 0]);
  expect(seam?.model.slice(0, 4)).toEqual([0, 1, 1 / 15, 0]);
  expect(seam?.person).toHaveLength(100);
});

test('cuts and gaps stand at their bars, gaps that touch are one', () => {
  const bytes = new Uint8Array(139);
  bytes[100] = 0b0100_0001; // cuts at bars 1 and 7
  bytes[113] = 0b0000_0011; // the person's voice is missing in bars 6 to 8
  bytes[114] = 0b1000_0000;
  bytes[138] = 0b0001_0000; // the model's in bar 99
  const seam = rowSeam(textOf(bytes));
  expect(seam?.cuts).toEqual([1, 7]);
  expect(seam?.gaps).toEqual([
    { lane: 'person', from: 6, end: 9 },
    { lane: 'model', from: 99, end: 100 },
  ]);
});

test('bytes that are no seam give no bars', () => {
  for (const text of ['', '%', btoa('short'), textOf(new Uint8Array(140))])
    expect(rowSeam(text)).toBe(null);
});
