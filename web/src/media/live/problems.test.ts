import { describe, expect, it } from 'vitest';
import { LiveProblemError } from '../live-session';
import { PageClock } from '../page-clock';
import { anchorRows } from './anchors';
import { browserProblem, closeProblem, deviceProblem, unexpected, workerProblem } from './problems';

it.each([
  ['microphone', 'NotAllowedError', 'microphone-blocked'],
  ['camera', 'NotAllowedError', 'camera-blocked'],
  ['microphone', 'NotFoundError', 'no-microphone'],
  ['camera', 'OverconstrainedError', 'no-camera'],
  ['microphone', 'NotReadableError', 'microphone-busy'],
  ['camera', 'NotReadableError', 'camera-busy'],
  ['microphone', 'AbortError', 'microphone-failed'],
  ['camera', 'AbortError', 'camera-failed'],
  ['camera', 'TypeError', 'unexpected'],
] as const)('%s: %s means %s', (device, name, kind) => {
  expect(deviceProblem(device, new DOMException('', name)).kind).toBe(kind);
});

it.each([
  [1006, 'connecting', 'model-unreachable'],
  [1006, 'talking', undefined],
  [1000, 'talking', undefined],
  [1008, 'connecting', 'model-refused'],
  [1011, 'talking', 'model-refused'],
  [1008, 'resuming', 'resume-refused'],
  [1006, 'resuming', 'resume-refused'],
] as const)('a close with %d while %s means %s', (code, phase, kind) => {
  expect(closeProblem({ type: 'closed', code, reason: 'r', phase }, 'http://m')?.kind).toBe(kind);
});

describe('unexpected', () => {
  it('keeps a problem that is known', () => {
    expect(unexpected(new LiveProblemError({ kind: 'disk-full' }))).toEqual({ kind: 'disk-full' });
    expect(unexpected(new Error('x'))).toEqual({ kind: 'unexpected', message: 'x' });
    expect(unexpected('y')).toEqual({ kind: 'unexpected', message: 'y' });
  });
});

it('names what the browser lacks', () => {
  expect(browserProblem({})).toEqual({ kind: 'browser-unsupported', missing: 'AudioWorklet' });
});

it('names https first, before what a page lacks without it', () => {
  expect(browserProblem({ isSecureContext: false })).toEqual({ kind: 'insecure-page' });
});

describe('anchorRows', () => {
  const source = (contextTime: number, performanceTime: number, origin: number | null) => ({
    context: { currentTime: 2, getOutputTimestamp: () => ({ contextTime, performanceTime }) },
    frameAt: (seconds: number) => (origin === null ? null : Math.round(seconds * 48_000) - origin),
  });
  const clock = new PageClock({ now: () => 6000 }, 1_795_824_006_000);
  const kinds = (...[contextTime, performanceTime, origin]: Parameters<typeof source>) =>
    anchorRows(source(contextTime, performanceTime, origin), clock).map(({ data }) => [
      data.kind,
      data.context_frame,
    ]);

  it('pairs our frames with page time', () => {
    expect(kinds(1.95, 5000, 4800)).toEqual([
      ['output', 88_800],
      ['render', 91_200],
    ]);
    const [output] = anchorRows(source(1.95, 5000, 4800), clock);
    expect(output?.data.page_us).toBe(1_795_824_005_000_000);
  });

  it.each<[string, number, number, number | null, string[]]>([
    ['before the start', 1, 1, null, []],
    ['before the device played', 0, 0, 0, ['render']],
    ['of frames before frame 0', 1, 5, 60_000, ['render']],
  ])('%s', (_, contextTime, performanceTime, origin, expected) => {
    expect(kinds(contextTime, performanceTime, origin).map(([kind]) => kind)).toEqual(expected);
  });
});

describe('workerProblem', () => {
  it('tells a script that did not come from one that failed', () => {
    expect(workerProblem(null)).toEqual({ kind: 'server-unreachable' });
    expect(workerProblem('x is not a function')).toEqual({
      kind: 'unexpected',
      message: 'x is not a function',
    });
  });
});
