import { describe, expect, test } from 'vitest';
import type { About } from '../../api/about';
import type { LiveProblem } from '../../media/live-session';
import type { DeviceSnapshot, SourceState } from './device-check';
import { canStart, leftOut, startProblem } from './start-problem';

const open: SourceState = {
  state: 'open',
  device: { deviceId: 'd', label: 'Desk' },
  problem: null,
};
const off: SourceState = { state: 'off', device: null, problem: null };
const failed = (kind: 'microphone-blocked' | 'no-microphone' | 'no-camera'): SourceState => ({
  state: 'failed',
  device: null,
  problem: { kind },
});
const devices = (microphone: SourceState, camera: SourceState): DeviceSnapshot => ({
  microphone,
  camera: { ...camera, width: 0, height: 0 },
  microphones: [],
  cameras: [],
  preview: null,
});
const about = (canRecord: boolean) => ({ can_record: canRecord }) as About;

const kNothing: ReadonlySet<LiveProblem['kind']> = new Set();
const facts = {
  elsewhere: false,
  devices: devices(open, open),
  browser: null,
  canKeep: true,
  about: about(true),
  recorded: true,
  dismissed: kNothing,
};

describe('what stands in the way', () => {
  const both = devices(failed('microphone-blocked'), failed('no-camera'));
  test.each([
    ['nothing', facts, undefined],
    [
      'the browser first',
      { ...facts, devices: both, canKeep: false, browser: { kind: 'insecure-page' } as const },
      'insecure-page',
    ],
    [
      'another tab before the devices',
      { ...facts, elsewhere: true, devices: both },
      'open-elsewhere',
    ],
    ['a browser that keeps nothing', { ...facts, devices: both, canKeep: false }, 'keeps-nothing'],
    [
      'which is no matter without recording',
      { ...facts, canKeep: false, recorded: false },
      undefined,
    ],
    ['the microphone before the camera', { ...facts, devices: both }, 'microphone-blocked'],
    [
      'what was answered is not asked again',
      { ...facts, devices: both, dismissed: new Set(['microphone-blocked'] as const) },
      'no-camera',
    ],
    ['a full disk', { ...facts, about: about(false) }, 'disk-full'],
    [
      'a full disk is no matter without recording',
      { ...facts, about: about(false), recorded: false },
      undefined,
    ],
  ])('%s', (_, given, kind) => {
    expect(startProblem(given)?.kind).toBe(kind);
  });
});

test.each([
  ['both open', devices(open, open), null, true],
  ['voice only', devices(open, off), null, true],
  ['pictures only', devices(off, open), null, true],
  ['nothing on', devices(off, off), null, false],
  ['no camera is no obstacle', devices(open, failed('no-camera')), { kind: 'no-camera' }, true],
  ['a full disk is', devices(open, open), { kind: 'disk-full' }, false],
] as const)('Start live with %s', (_, given, problem, expected) => {
  expect(canStart(given, problem)).toBe(expected);
});

test.each([
  [
    'without any device one can only write',
    devices(failed('no-microphone'), failed('no-camera')),
    ['no-microphone', 'voice-only'],
  ],
  [
    'with a camera, pictures and writing are one offer',
    devices(failed('no-microphone'), open),
    ['write-only', 'voice-only'],
  ],
  ['with a microphone', devices(open, failed('no-camera')), ['no-microphone']],
] as const)('%s', (_, given, expected) => {
  expect(leftOut(given)).toEqual(expected);
});
