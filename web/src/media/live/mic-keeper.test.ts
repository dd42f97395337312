import { describe, expect, it } from 'vitest';
import { kKeptSeconds, MicKeeper } from './mic-keeper';

const kSamples = 320;
const kBlocks = (kKeptSeconds * 16_000) / kSamples;
const fill = (keeper: MicKeeper, from: number, to: number) => {
  const lost: number[] = [];
  for (let n = from; n < to; n++) {
    const data = new Uint8Array(2 * kSamples).fill(n % 251);
    for (const block of keeper.add(n * kSamples, data)) lost.push(block.firstSample / kSamples);
  }
  return lost;
};
/** Sends everything that waits; returns the numbers of the blocks. */
const send = (keeper: MicKeeper): number[] => {
  const numbers: number[] = [];
  for (let block = keeper.peek(); block; block = keeper.peek()) {
    numbers.push(block.firstSample / kSamples);
    keeper.sent();
  }
  return numbers;
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

describe('MicKeeper', () => {
  it('gives blocks in their order, each once, with their own sound', () => {
    const keeper = new MicKeeper();
    const shared = new Uint8Array(2 * kSamples).fill(7);
    keeper.add(0, shared);
    shared.fill(9);
    expect(keeper.peek()?.data[0]).toBe(7);
    fill(keeper, 1, 4);
    expect(keeper.waiting).toBe(4);
    expect(send(keeper)).toEqual([0, 1, 2, 3]);
    fill(keeper, 4, 6);
    expect(send(keeper)).toEqual([4, 5]);
  });

  it('keeps half a minute and reports blocks that it drops unsent', () => {
    const keeper = new MicKeeper();
    expect(fill(keeper, 0, kBlocks)).toEqual([]);
    expect(fill(keeper, kBlocks, kBlocks + 3)).toEqual([0, 1, 2]);
    expect(send(keeper)).toEqual(range(3, kBlocks + 3));
    expect(fill(keeper, kBlocks + 3, kBlocks + 10)).toEqual([]);
    expect(send(keeper)).toEqual(range(kBlocks + 3, kBlocks + 10));
  });

  it('goes back to a sample in the middle of a block', () => {
    const keeper = new MicKeeper();
    fill(keeper, 0, 10);
    send(keeper);
    fill(keeper, 10, 12);
    keeper.rewind(4 * kSamples + 100);
    expect(keeper.unsent().map(({ firstSample }) => firstSample / kSamples)).toEqual([10, 11]);
    expect(send(keeper)).toEqual(range(4, 12));
  });

  it('goes back only to samples that are kept, and never forward', () => {
    const keeper = new MicKeeper();
    fill(keeper, 0, kBlocks);
    send(keeper);
    fill(keeper, kBlocks, kBlocks + 5);
    keeper.rewind(2 * kSamples);
    expect(keeper.waiting).toBe(5);
    keeper.rewind((kBlocks + 3) * kSamples);
    expect(send(keeper)).toEqual(range(kBlocks, kBlocks + 5));
  });

  it('leaves skipped blocks out, and does not count them as sent', () => {
    const keeper = new MicKeeper();
    fill(keeper, 0, 2);
    keeper.skip();
    expect(send(keeper)).toEqual([1]);
    keeper.skip();
    fill(keeper, 2, 3);
    expect(send(keeper)).toEqual([2]);
  });
});
