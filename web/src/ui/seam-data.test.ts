import { describe, expect, it } from 'vitest';
import { barOf, gainFor, seamData } from './seam-data';

const base64 = (...values: number[]) =>
  btoa(String.fromCharCode(...values.map((value) => value & 0xff)));

describe('the data of a seam', () => {
  it('reads signed pairs as loudness, the larger side counts', () => {
    const data = seamData(
      {
        per_second: 100,
        person: base64(-127, 3, 0, 0),
        model: base64(-1, 127),
        ghosts: [],
        blocks: 2,
      },
      20,
      [],
      [],
    );
    expect(data.person[0]).toBe(1);
    expect(data.person[1]).toBe(0);
    expect(data.model[0]).toBe(1);
  });

  it('enlarges a quiet voice, with a limit, and leaves silence alone', () => {
    expect(gainFor(Float32Array.from([38, 38, 38], (level) => level / 127))).toBeCloseTo(
      (0.95 * 127) / 38,
    );
    expect(gainFor(Float32Array.from([0.03, 0.03]))).toBe(4);
    expect(gainFor(new Float32Array(10))).toBe(1);
  });

  it('what was not heard is drawn up to the next turn of the model', () => {
    const loud = Array.from({ length: 20 }, () => 100);
    const ghost = { start_ms: 0, end_ms: 100, peaks: base64(...loud) };
    const next = {
      speaker: 'model' as const,
      startMs: 40,
      endMs: 90,
      cutMs: null,
      overlapFromMs: null,
    };
    const data = seamData(
      { per_second: 100, person: '', model: '', ghosts: [ghost], blocks: 0 },
      200,
      [next],
      [],
    );
    expect(data.ghosts[0]).toMatchObject({ startMs: 0, endMs: 40 });
    expect(data.ghosts[0]?.loudness).toHaveLength(4);
  });

  it.each([
    ['silence', [0, 0, 0, 0], 0, 4, 0],
    ['steady sound', [0.5, 0.5], 0, 2, 0.6],
    ['one click in a long span', [1, 0, 0, 0], 0, 4, 0.45 + 0.75 / 4],
    ['less than one value', [0.2, 0.4], 1.2, 1.4, 0.48],
    ['past the end', [1], 5, 6, 0],
  ])('bar of %s', (_, values, from, to, want) => {
    expect(barOf(Float32Array.from(values), from, to)).toBeCloseTo(want, 5);
  });
});
