import { describe, expect, it } from 'vitest';
import { kHoldSoundBytes, kSlowBytes, type NotSent, NotSentRuns, SendGate } from './send-gate';

describe('SendGate', () => {
  it('sends nothing before the setup is complete', () => {
    const gate = new SendGate();
    expect([gate.sound(0), gate.picture(0, 0)]).toEqual(['connecting', 'connecting']);
    gate.setOpen(true);
    expect([gate.sound(0), gate.picture(0, 0)]).toEqual([null, null]);
  });

  it('holds pictures back first, then sound, until the line is good again', () => {
    const gate = new SendGate();
    gate.setOpen(true);
    expect(gate.sound(kSlowBytes + 1)).toBeNull();
    expect(gate.slow).toBe(true);
    expect(gate.picture(kSlowBytes + 1, 0)).toBe('slow');
    expect(gate.sound(kHoldSoundBytes + 1)).toBe('slow');
    expect(gate.picture(kSlowBytes - 1, 2000)).toBe('slow');
    expect(gate.picture(0, 4000)).toBeNull();
    expect(gate.slow).toBe(false);
  });

  it('sends one picture a second', () => {
    const gate = new SendGate();
    gate.setOpen(true);
    expect([0, 500, 960, 1900].map((ms) => gate.picture(0, ms))).toEqual([
      null,
      'rate',
      null,
      null,
    ]);
  });
});

it('NotSentRuns joins neighbours with one reason', () => {
  const rows: NotSent[] = [];
  const runs = new NotSentRuns((run) => rows.push(run));
  const held = (first: number, reason: NotSent['reason']) =>
    runs.held({ topic: '/mic/pcm', first, count: 320, reason });
  held(0, 'connecting');
  held(320, 'connecting');
  held(640, 'slow');
  runs.held({ topic: '/frames/jpeg', first: 3, count: 1, reason: 'slow' });
  runs.sent('/mic/pcm');
  held(9600, 'slow');
  runs.end();
  expect(rows).toEqual([
    { topic: '/mic/pcm', first: 0, count: 640, reason: 'connecting' },
    { topic: '/mic/pcm', first: 640, count: 320, reason: 'slow' },
    { topic: '/frames/jpeg', first: 3, count: 1, reason: 'slow' },
    { topic: '/mic/pcm', first: 9600, count: 320, reason: 'slow' },
  ]);
});
