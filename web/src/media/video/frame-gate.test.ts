import { describe, expect, it } from 'vitest';
import { FrameGate, kEncodeQueueMax } from './frame-gate';

const frame = (at: number, width = 640, height = 480, encodeQueueSize = 0) => ({
  arrivalUs: Math.round(at * 33_333),
  width,
  height,
  encodeQueueSize,
});
const both = { records: true, jpegIdle: true };
const keys = (gate: FrameGate, frames: readonly ReturnType<typeof frame>[]): number[] =>
  frames.flatMap((one, index) => (gate.decide(one, both).encode?.keyFrame ? [index] : []));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('FrameGate', () => {
  it('starts with a set-up and a key frame, then one within every two seconds', () => {
    const gate = new FrameGate();
    expect(gate.decide(frame(0), both)).toMatchObject({
      configure: true,
      encode: { keyFrame: true },
    });
    const found = keys(
      gate,
      numbers(300).map((index) => frame(index + 1)),
    );
    const at = [-1, ...found].map((index) => frame(index + 1).arrivalUs);
    for (const [index, time] of at.slice(1).entries()) {
      expect(time - (at[index] ?? 0)).toBeLessThanOrEqual(2_000_000);
    }
    expect(found).toHaveLength(5);
  });

  it('sets up again with a key frame when the size changes, and after reset', () => {
    const gate = new FrameGate();
    gate.decide(frame(0), both);
    expect(gate.decide(frame(1, 480, 640), both)).toMatchObject({
      configure: true,
      encode: { keyFrame: true },
    });
    expect(gate.decide(frame(2, 480, 640), both).configure).toBe(false);
    gate.reset();
    expect(gate.decide(frame(3, 480, 640), both)).toMatchObject({
      configure: true,
      encode: { keyFrame: true },
    });
  });

  it('skips frames while the encoder is full, and counts the reason', () => {
    const gate = new FrameGate();
    gate.decide(frame(0), both);
    const busy = gate.decide(frame(1, 640, 480, kEncodeQueueMax + 1), both);
    expect(busy).toMatchObject({ encode: null, skipped: 'encoder_busy' });
    expect(gate.decide(frame(2, 640, 480, kEncodeQueueMax), both).encode).not.toBeNull();
  });

  it('a size that changes on a skipped frame is set up on the next one', () => {
    const gate = new FrameGate();
    gate.decide(frame(0), both);
    gate.decide(frame(1, 320, 240, 9), both);
    expect(gate.decide(frame(2, 320, 240), both)).toMatchObject({
      configure: true,
      encode: { keyFrame: true },
    });
  });

  it('sound only: no video, JPEG goes on; the first frame afterwards is a key frame', () => {
    const gate = new FrameGate();
    gate.decide(frame(0), both);
    gate.setSoundOnly(true);
    const decisions = numbers(60).map((index) => gate.decide(frame(index + 1), both));
    expect(decisions.every((one) => one.encode === null && one.skipped === 'disk_low')).toBe(true);
    expect(decisions.filter((one) => one.jpeg)).toHaveLength(1);
    gate.setSoundOnly(false);
    expect(gate.decide(frame(61), both).encode).toEqual({ keyFrame: true });
  });

  it('makes at most one JPEG a second, and none while another is being made', () => {
    const gate = new FrameGate();
    const jpegs = numbers(301).filter((index) => gate.decide(frame(index), both).jpeg);
    expect(jpegs.length).toBe(10);
    const busy = { records: true, jpegIdle: false };
    expect(gate.decide(frame(400), busy).jpeg).toBe(false);
    expect(gate.decide(frame(401), both).jpeg).toBe(true);
  });

  it('without a recording only JPEGs are made, and nothing counts as skipped', () => {
    const gate = new FrameGate();
    expect(gate.decide(frame(0), { records: false, jpegIdle: true })).toEqual({
      configure: false,
      encode: null,
      skipped: null,
      jpeg: true,
    });
  });
});
