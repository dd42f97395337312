import { describe, expect, it } from 'vitest';
import { FrameCounter, sharedFrameCounter } from './frame-counter';

const capture = { name: 'capture' };
const playout = { name: 'playout' };

describe('FrameCounter', () => {
  it('counts nothing before the start and never gives frame 0 to the first quantum', () => {
    const frames = new FrameCounter();
    frames.start();
    expect(frames.tick(capture, 0)).toBe(-1);
    expect(frames.tick(playout, 0)).toBe(-1);
    // Chromium jumps here. It does not count as a jump of the recording.
    expect(frames.tick(capture, 2048)).toBe(0);
    expect(frames.tick(playout, 2048)).toBe(0);
    expect(frames.takeJump()).toBeNull();
    expect(frames.tick(capture, 2176)).toBe(128);
  });

  it('starts at the quantum after the start message', () => {
    const frames = new FrameCounter();
    for (let n = 0; n < 5; n++) expect(frames.tick(capture, 128 * n)).toBe(-1);
    frames.start();
    expect(frames.tick(playout, 512)).toBe(-1); // still quantum 4
    expect(frames.tick(capture, 640)).toBe(0);
    expect(frames.tick(playout, 640)).toBe(0);
  });

  it('gives both processors the same frame, whoever comes first', () => {
    const frames = new FrameCounter();
    frames.tick(capture, 0);
    frames.start();
    const seen = [];
    for (let n = 1; n < 6; n++) {
      const [a, b] = n % 2 ? [capture, playout] : [playout, capture];
      seen.push([frames.tick(a, 128 * n), frames.tick(b, 128 * n)]);
    }
    expect(seen).toEqual([0, 128, 256, 384, 512].map((frame) => [frame, frame]));
  });

  it('keeps counting when one processor misses quanta', () => {
    const frames = new FrameCounter();
    frames.tick(capture, 0);
    frames.start();
    frames.tick(capture, 128);
    expect(frames.tick(playout, 256)).toBe(128);
    expect(frames.tick(playout, 384)).toBe(256);
    expect(frames.tick(capture, 512)).toBe(384);
  });

  it.each([
    ['forward', 1000, { contextFrame: 128, expectedFrame: 256, currentFrame: 1000 }],
    ['a repeated quantum', 128, { contextFrame: 128, expectedFrame: 256, currentFrame: 128 }],
  ])('goes on by 128 and reports a jump: %s', (_, currentFrame, jump) => {
    const frames = new FrameCounter();
    frames.tick(capture, 0);
    frames.start();
    frames.tick(capture, 128);
    expect(frames.tick(capture, currentFrame)).toBe(128);
    expect(frames.takeJump()).toEqual(jump);
    expect(frames.takeJump()).toBeNull();
  });

  it('ends both processors at one frame, two quanta after the one in which the stop can act', () => {
    const frames = new FrameCounter();
    frames.tick(capture, 0);
    frames.start();
    for (let n = 1; n < 4; n++) frames.tick(capture, 128 * n);
    expect(frames.end).toBeNull();
    frames.stop();
    frames.tick(capture, 512);
    frames.stop();
    expect(frames.end).toBe(256 + 4 * 128);
    const unstarted = new FrameCounter();
    unstarted.stop();
    expect(unstarted.end).toBe(0);
  });

  it('is one per worklet scope', () => {
    const scope = {};
    expect(sharedFrameCounter(scope)).toBe(sharedFrameCounter(scope));
    expect(sharedFrameCounter({})).not.toBe(sharedFrameCounter(scope));
  });
});
