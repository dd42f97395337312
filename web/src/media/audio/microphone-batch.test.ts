import { describe, expect, it } from 'vitest';
import { type MicrophoneBatch, MicrophoneBatcher } from './microphone-batch';

/** `count` blocks of 10 ms with this amplitude per frame number. */
const feed = (
  batcher: MicrophoneBatcher,
  sampleRate: number,
  count: number,
  amplitude: (frame: number) => number,
  channelCount = 1,
): MicrophoneBatch[] => {
  const frames = sampleRate / 100;
  const batches: MicrophoneBatch[] = [];
  for (let block = 0; block < count; block += 1) {
    const samples = new Float32Array(frames).map((_, i) => amplitude(block * frames + i));
    const batch = batcher.push({
      sampleRate,
      deviceUs: 500 + block * 10_000,
      pageUs: 9_000_000 + block * 10_000,
      channels: Array.from({ length: channelCount }, () => samples),
    });
    if (batch) batches.push(batch);
  }
  return batches;
};
const envelope = (batch: MicrophoneBatch | undefined | null): number[] => [
  ...Buffer.from(batch?.envelope ?? '', 'base64'),
];

describe('MicrophoneBatcher', () => {
  it.each([44_100, 48_000, 16_000])('gives 250 values a batch at %i Hz', (sampleRate) => {
    const batches = feed(new MicrophoneBatcher(), sampleRate, 100, () => 0.25);
    expect(batches).toHaveLength(4);
    for (const batch of batches) {
      expect(batch.sample_rate).toBe(sampleRate);
      expect(batch.blocks).toHaveLength(25);
      // √0.25 = 0.5, and 0.5 · 255 = 127.5.
      expect(envelope(batch)).toEqual(Array.from({ length: 250 }, () => 128));
    }
    expect(batches[1]?.blocks[0]).toEqual([250_500, 9_250_000, sampleRate / 100]);
  });

  it('puts a click in its own millisecond', () => {
    // Frame 4410 is 100 ms at 44.1 kHz; 44 or 45 frames are a millisecond.
    const [batch] = feed(new MicrophoneBatcher(), 44_100, 25, (frame) => (frame === 4410 ? 1 : 0));
    const values = envelope(batch);
    expect(values.flatMap((value, ms) => (value > 0 ? [ms] : []))).toEqual([100]);
    expect(values[100]).toBe(Math.round(255 * (1 / 45) ** 0.25));
  });

  it('is 0 for silence, 255 for full scale, and never above', () => {
    expect(Math.max(...envelope(feed(new MicrophoneBatcher(), 48_000, 25, () => 0)[0]))).toBe(0);
    expect(envelope(feed(new MicrophoneBatcher(), 48_000, 25, () => 1)[0])[0]).toBe(255);
    expect(envelope(feed(new MicrophoneBatcher(), 48_000, 25, () => -3)[0])[0]).toBe(255);
  });

  it('hears two channels as their mean', () => {
    expect(envelope(feed(new MicrophoneBatcher(), 48_000, 25, () => 0.25, 2)[0])[0]).toBe(128);
  });

  it('ends a batch when the sample rate changes, and gives what is left', () => {
    const batcher = new MicrophoneBatcher();
    feed(batcher, 44_100, 5, () => 0);
    const [ended] = feed(batcher, 48_000, 1, () => 0);
    expect(ended).toMatchObject({ sample_rate: 44_100 });
    expect(envelope(ended)).toHaveLength(50);
    expect(envelope(batcher.take())).toHaveLength(10);
    expect(batcher.take()).toBeNull();
  });

  it('takes blocks of any length', () => {
    const batcher = new MicrophoneBatcher();
    const block = { sampleRate: 48_000, deviceUs: 0, pageUs: 0 };
    let frames = 0;
    for (const length of [1, 47, 48, 4800, 13]) {
      batcher.push({ ...block, channels: [new Float32Array(length)] });
      frames += length;
    }
    expect(envelope(batcher.take())).toHaveLength(Math.floor(frames / 48));
  });
});
