import { describe, expect, it } from 'vitest';
import golden from '../../../../api/fir/golden.json';
import { toPcm16 } from './capture-blocks';
import { DownsamplerBy3, UpsamplerBy2 } from './resampler';

/** Cuts `length` into pieces of the given sizes, over and over. */
const pieces = (length: number, sizes: readonly number[]): [number, number][] => {
  const cuts: [number, number][] = [];
  for (let at = 0, n = 0; at < length; n++) {
    const size = Math.min(sizes[n % sizes.length] ?? 1, length - at);
    cuts.push([at, at + size]);
    at += size;
  }
  return cuts;
};
const kCuts = [[128], [1, 2, 3, 50, 128], [7]];

describe('DownsamplerBy3', () => {
  it.each(kCuts.map((sizes) => [sizes]))('gives the golden output in pieces of %j', (sizes) => {
    const { input, output } = golden.mic_down_3;
    const x = Float32Array.from(input, (sample) => sample / 32768);
    const down = new DownsamplerBy3(128);
    const out = new Float64Array(128);
    const got: number[] = [];
    for (const [from, to] of pieces(x.length, sizes)) {
      const count = down.process(x.subarray(from, to), out);
      got.push(...Array.from(out.subarray(0, count), toPcm16));
    }
    expect(got).toEqual(output);
  });
});

describe('UpsamplerBy2', () => {
  it.each(kCuts.map((sizes) => [sizes]))('gives the golden output in pieces of %j', (sizes) => {
    const { input, output } = golden.model_up_2;
    const r = Float64Array.from(input, (sample) => sample / 32768);
    const up = new UpsamplerBy2(128);
    const got: number[] = [];
    for (const [from, to] of pieces(r.length, sizes)) {
      const out = new Float32Array(2 * (to - from));
      up.process(r.subarray(from, to), out);
      got.push(...out);
    }
    // The worklet passes on 32-bit floats, so a value may be rounded to its neighbour.
    got.map(toPcm16).forEach((value, i) => {
      expect(Math.abs(value - (output[i] ?? Number.NaN))).toBeLessThanOrEqual(1);
    });
    expect(got).toHaveLength(output.length);
  });

  it('rings out after silence and then is exactly 0', () => {
    const up = new UpsamplerBy2(64);
    const out = new Float32Array(128);
    const impulse = new Float64Array(64);
    impulse[63] = 1;
    up.process(impulse, out);
    up.process(new Float64Array(64), out);
    expect(out.some((value) => value !== 0)).toBe(true);
    up.process(new Float64Array(64), out);
    expect([...out].every((value) => value === 0)).toBe(true);
  });
});
