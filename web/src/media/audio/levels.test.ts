import { describe, expect, it } from 'vitest';
import type { SeamLevels } from '../live-session';
import { ItemBars, kBarSamples } from './item-bars';
import { kBarFrames, LevelMeter } from './level-meter';
import { Levels } from './levels';

const levels = (length: number): SeamLevels => ({
  person: new Float32Array(length),
  model: new Float32Array(length),
  coming: new Float32Array(3),
  comingCount: 0,
  newestBar: 0,
  interruptions: [],
  barsPerSecond: 20,
});
const report = (bar: number, peak: number) => ({ type: 'level', bar, peak, mean: 0 }) as const;

describe('Levels', () => {
  it('reads the last bars, newest last, and the ages of interruptions', () => {
    const seam = new Levels();
    for (let bar = 0; bar < 5; bar++) {
      seam.person(report(bar, bar / 10));
      seam.model(report(bar, 0.5));
      if (bar === 2) seam.interrupted();
    }
    const read = levels(8);
    seam.read(read);
    const expected = [0, 0, 0, 0, 0.1, 0.2, 0.3, 0.4].map((peak) => 0.45 * peak);
    read.person.forEach((bar, i) => {
      expect(bar).toBeCloseTo(expected[i] ?? Number.NaN);
    });
    expect(read.interruptions).toEqual([2]);
    expect(read.newestBar).toBe(4);
  });

  it('counts down what waits to be heard', () => {
    const seam = new Levels();
    seam.arrived(0, [0.1, 0.2, 0.3, 0.4, 0.5]);
    const read = levels(2);
    seam.heard(0, 0);
    seam.read(read);
    expect(read.comingCount).toBe(3);
    seam.heard(0, 4 * kBarSamples);
    seam.read(read);
    expect([read.comingCount, read.coming[0]]).toEqual([1, Math.fround(0.5)]);
    seam.arrived(1, [0.9]);
    seam.heard(1, 0);
    seam.read(read);
    expect([read.comingCount, read.coming[0]]).toEqual([1, Math.fround(0.9)]);
    seam.interrupted();
    seam.read(read);
    expect(read.comingCount).toBe(0);
  });
});

it('LevelMeter emits a bar of 2400 frames, also across quanta', () => {
  const meter = new LevelMeter();
  const bars: [number, number, number][] = [];
  const samples = new Float32Array(128).fill(-0.5);
  for (let frame = 0; frame < 2 * kBarFrames; frame += 128) {
    meter.add(samples, frame, (...bar) => bars.push(bar));
  }
  expect(bars).toEqual([
    [0, 0.5, 0.5],
    [1, 0.5, 0.5],
  ]);
});

it('ItemBars gives a bar for each 1200 samples and the rest at the end', () => {
  const bars = new ItemBars();
  expect(bars.add(new Int16Array(kBarSamples - 1).fill(16384))).toEqual([]);
  expect(bars.add(new Int16Array(2).fill(16384))).toEqual([0.45 * 0.5 + 0.75 * 0.5]);
  expect(bars.end()).toHaveLength(1);
  expect(bars.end()).toEqual([]);
});
