import { describe, expect, it } from 'vitest';
import { vp9Bitrate, vp9Codec, vp9Config } from './vp9';

describe('vp9', () => {
  it.each([
    [160, 120, 'vp09.00.10.08'],
    [320, 180, 'vp09.00.11.08'],
    [640, 360, 'vp09.00.21.08'],
    [640, 480, 'vp09.00.30.08'],
    [480, 640, 'vp09.00.30.08'],
    [1280, 720, 'vp09.00.31.08'],
    [1920, 1080, 'vp09.00.40.08'],
    [3840, 2160, 'vp09.00.50.08'],
    [7680, 4320, 'vp09.00.50.08'],
  ])('%i × %i is %s', (width, height, codec) => {
    expect(vp9Codec(width, height)).toBe(codec);
  });

  it('asks for about 1 Mbit/s at VGA, within limits elsewhere', () => {
    expect(vp9Bitrate(640, 480)).toBe(921_600);
    expect(vp9Bitrate(160, 120)).toBe(300_000);
    expect(vp9Bitrate(1920, 1080)).toBe(2_500_000);
  });

  it('is realtime', () => {
    expect(vp9Config(640, 480)).toMatchObject({ width: 640, height: 480, latencyMode: 'realtime' });
  });
});
