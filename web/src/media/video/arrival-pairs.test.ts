import { describe, expect, it } from 'vitest';
import { ArrivalPairs } from './arrival-pairs';

const frame = (timestamp: number) => ({
  timestamp,
  arrivalUs: timestamp + 1_000_000,
  width: 640,
  height: 480,
});

describe('ArrivalPairs', () => {
  it('gives each output the arrival of its own frame', () => {
    const pairs = new ArrivalPairs();
    for (const timestamp of [10, 20, 30]) pairs.push(frame(timestamp));
    for (const timestamp of [10, 20, 30]) {
      expect(pairs.take(timestamp)).toEqual({ frame: frame(timestamp), droppedBefore: 0 });
    }
    expect(pairs.take(30)).toBeNull();
  });

  it('counts what the encoder dropped', () => {
    const pairs = new ArrivalPairs();
    for (const timestamp of [10, 20, 30, 40]) pairs.push(frame(timestamp));
    expect(pairs.take(30)).toEqual({ frame: frame(30), droppedBefore: 2 });
    expect(pairs.clear()).toBe(1);
    expect(pairs.clear()).toBe(0);
  });

  it('keeps the first of two frames with one timestamp first', () => {
    const pairs = new ArrivalPairs();
    pairs.push(frame(10));
    pairs.push({ ...frame(10), arrivalUs: 7 });
    expect(pairs.take(10)?.frame.arrivalUs).toBe(1_000_010);
    expect(pairs.take(10)?.frame.arrivalUs).toBe(7);
  });

  it('a flush forgets the frames before it, not those after it', () => {
    const pairs = new ArrivalPairs();
    expect(pairs.last).toBeUndefined();
    for (const timestamp of [10, 20]) pairs.push(frame(timestamp));
    const { last } = pairs;
    pairs.push(frame(30));
    expect(last && pairs.dropThrough(last)).toBe(2);
    expect(last && pairs.dropThrough(last)).toBe(0);
    expect(pairs.take(30)?.droppedBefore).toBe(0);
  });

  it('does not grow without limit when no output comes', () => {
    const pairs = new ArrivalPairs();
    for (let timestamp = 0; timestamp < 1000; timestamp += 1) pairs.push(frame(timestamp));
    expect(pairs.take(0)).toBeNull();
    expect(pairs.clear()).toBe(256);
  });
});
