import { describe, expect, it } from 'vitest';
import { barOf, envelopeOf, gainFor, levelsOf } from './envelope';

const base64 = (...values: number[]) =>
  btoa(String.fromCharCode(...values.map((value) => value & 0xff)));
const plain = (...loudness: number[]) =>
  envelopeOf(
    Uint8Array.from(loudness, (one) => Math.round(one * 127)),
    1,
  );

describe('the envelope of a voice', () => {
  it('reads signed pairs as levels, the larger side counts', () => {
    expect([...levelsOf(base64(-127, 3, 0, 0, 1, 127, -128, 0))]).toEqual([127, 0, 127, 127]);
  });

  it('enlarges a quiet voice, with a limit, and leaves silence alone', () => {
    expect(gainFor(Uint8Array.of(38, 38, 38))).toBeCloseTo((0.95 * 127) / 38);
    expect(gainFor(Uint8Array.of(4, 4))).toBe(4);
    expect(gainFor(new Uint8Array(10))).toBe(1);
  });

  it.each([
    ['silence', [0, 0, 0, 0], 0, 4, 0],
    ['steady sound', [0.5, 0.5], 0, 2, 0.6],
    ['one click in a long span', [1, 0, 0, 0], 0, 4, 0.45 + 0.75 / 4],
    ['less than one value', [0.2, 0.4], 1.2, 1.4, 0.48],
    ['past the end', [1], 5, 6, 0],
    ['nothing', [], 0, 3, 0],
  ])('bar of %s', (_, values, from, to, want) => {
    expect(barOf(plain(...values), from, to)).toBeCloseTo(want, 2);
  });

  it('a bar over many runs is what the single levels give', () => {
    const levels = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7919) % 128);
    const envelope = envelopeOf(levels, 1.5);
    for (const [from, to] of [
      [0, 1000],
      [3, 997],
      [31, 33],
      [32, 64],
      [100, 700],
    ] as const) {
      const span = [...levels.subarray(from, to)].map((level) => Math.min(1, (level / 127) * 1.5));
      const mean = span.reduce((sum, value) => sum + value, 0) / span.length;
      expect(barOf(envelope, from, to)).toBeCloseTo(
        Math.min(1, 0.45 * Math.max(...span) + 0.75 * mean),
        4,
      );
    }
  });
});
