import { describe, expect, it } from 'vitest';
import { kZerosMs, type MicrophoneTrouble, MicrophoneWatch } from './microphone-watch';

type Step = readonly [what: keyof MicrophoneWatch, value: unknown];
const live = { muted: false };
const cases: readonly (readonly [string, readonly Step[], MicrophoneTrouble])[] = [
  [
    'a microphone with sound',
    [
      ['device', live],
      ['level', 0.1],
    ],
    null,
  ],
  [
    'no microphone',
    [
      ['device', null],
      ['level', 0],
    ],
    null,
  ],
  [
    'zeros',
    [
      ['device', live],
      ['level', 0],
    ],
    'silent',
  ],
  [
    'zeros, then the faintest sound',
    [
      ['device', live],
      ['level', 0],
      ['level', 1e-5],
    ],
    null,
  ],
  [
    'zeros that the person wants',
    [
      ['device', live],
      ['mutedHere', true],
      ['level', 0],
    ],
    null,
  ],
  [
    'zeros after the person unmuted',
    [
      ['device', live],
      ['level', 0],
      ['mutedHere', true],
      ['mutedHere', false],
    ],
    null,
  ],
  [
    'muted by the system',
    [
      ['device', live],
      ['mutedBySystem', true],
      ['level', 0],
    ],
    'muted',
  ],
  ['muted when it was opened', [['device', { muted: true }]], 'muted'],
  [
    'unmuted by the system',
    [
      ['device', { muted: true }],
      ['mutedBySystem', false],
    ],
    null,
  ],
  [
    'muted here and there',
    [
      ['device', { muted: true }],
      ['mutedHere', true],
    ],
    null,
  ],
  [
    'zeros while the person listens',
    [
      ['device', live],
      ['level', 0],
      ['modelSpeaks', 0],
    ],
    null,
  ],
  [
    'another device',
    [
      ['device', live],
      ['level', 0],
      ['device', live],
    ],
    null,
  ],
];

describe('MicrophoneWatch', () => {
  it.each(cases)('%s', (_, steps, trouble) => {
    const watch = new MicrophoneWatch();
    for (const [what, value] of steps) {
      (watch[what] as (value: unknown, nowMs: number) => void).call(watch, value, 0);
    }
    expect(watch.trouble(kZerosMs)).toBe(trouble);
  });

  it('waits before it calls zeros silence', () => {
    const watch = new MicrophoneWatch();
    watch.device(live);
    watch.level(0, 1000);
    watch.level(0, 1050);
    expect(watch.trouble(1000 + kZerosMs - 1)).toBeNull();
    expect(watch.trouble(1000 + kZerosMs)).toBe('silent');
  });
});
