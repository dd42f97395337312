import { describe, expect, it } from 'vitest';
import { type CaptureBlock, CaptureBlocks, toPcm16 } from './capture-blocks';

const tone = (frame: number): Float32Array =>
  Float32Array.from({ length: 128 }, (_, i) => Math.sin((frame + i) / 20) / 2);

describe('CaptureBlocks', () => {
  it('makes blocks of 320 samples that follow each other, and a short last one', () => {
    const blocks: CaptureBlock[] = [];
    const capture = new CaptureBlocks((block) => blocks.push(block));
    for (let n = 0; n < 20; n++) capture.accept(tone(128 * n), 128 * n);
    capture.flush();
    capture.flush();
    // 2560 frames give 854 samples: the first of every three frames completes one.
    expect(blocks.map(({ firstSample, pcm }) => [firstSample, pcm.length])).toEqual([
      [0, 320],
      [320, 320],
      [640, 214],
    ]);
    expect(blocks.every((block) => block.contextFrame === 3 * block.firstSample)).toBe(true);
  });

  it('records silence while muted or without a microphone', () => {
    const blocks: CaptureBlock[] = [];
    const capture = new CaptureBlocks((block) => blocks.push(block));
    for (let n = 0; n < 8; n++) capture.accept(null, 128 * n);
    expect(blocks.map(({ pcm }) => pcm.every((sample) => sample === 0))).toEqual([true]);
  });

  it('fills quanta it was not called for, so that sample i stays at frame 3i', () => {
    const blocks: CaptureBlock[] = [];
    const capture = new CaptureBlocks((block) => blocks.push(block));
    capture.accept(tone(0), 0);
    capture.accept(tone(0), 128 * 10);
    capture.flush();
    expect(blocks.reduce((sum, { pcm }) => sum + pcm.length, 0)).toBe(Math.ceil((128 * 11) / 3));
  });

  it.each([
    [0, 0],
    [1, 32767],
    [-1, -32768],
    [2, 32767],
    [0.5 / 32768, 1],
    [-0.5 / 32768, -0],
  ])('rounds and clips %d', (sample, pcm) => {
    expect(toPcm16(sample)).toBe(pcm);
  });
});
