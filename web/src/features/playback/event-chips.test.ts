import { describe, expect, it } from 'vitest';
import { afterShown, eventChips, mainOf, nameOf } from './event-chips';
import type { NamedEvent } from './named-events';

const at = (atMs: number): NamedEvent => ({ atMs, icon: 'cut', text: 'Interrupted', chip: 'Cut' });
const kEndMs = 300;
const shape = (times: readonly number[], msPerPx: number, endMs = kEndMs) =>
  eventChips(times.map(at), msPerPx, endMs).map(({ events, words }) => [events.length, words]);

describe('the chips of the event lane', () => {
  it.each([
    [
      'words where there is room',
      [0, 100],
      [
        [1, true],
        [1, true],
      ],
    ],
    [
      'an icon where the next one is near',
      [0, 60],
      [
        [1, false],
        [1, true],
      ],
    ],
    [
      'one chip for what lies on top of each other',
      [0, 10, 39, 200],
      [
        [3, true],
        [1, true],
      ],
    ],
    ['one chip for what is too near to the end', [kEndMs - 50, kEndMs - 5], [[2, false]]],
    ['an icon where the lane ends', [kEndMs - 50], [[1, false]]],
    ['nothing without events', [], []],
  ] as const)('%s', (_, times, want) => {
    expect(shape(times, 1)).toEqual(want);
  });

  it('separate when the window gets narrower', () => {
    expect(shape([0, 30_000], 1000, 60_000)).toHaveLength(1);
    expect(shape([0, 30_000], 100, 60_000)).toHaveLength(2);
  });
});

it.each([
  [null, 'Camera on at 0:00', 'Camera on at 0:00'],
  ['Camera on', 'Camera on at 0:00', ' at 0:00'],
  ['3', '3 events at 0:00', ' events at 0:00'],
  ['Skipped', 'Camera stuttered at 0:07', ', Camera stuttered at 0:07'],
] as const)('beside “%s” the rest of “%s” is read aloud', (shown, name, rest) => {
  expect(afterShown(shown, name)).toBe(rest);
});

describe('a chip of several events', () => {
  const chip = (...events: readonly [NamedEvent, ...NamedEvent[]]) => ({
    events,
    placeMs: 0,
    words: false,
  });
  const camera: NamedEvent = { atMs: 0, icon: 'camera', text: 'Camera off', chip: 'Camera off' };
  const tick: NamedEvent = { atMs: 9, icon: 'mark', text: 'Step done: “a”', chip: 'Step done' };

  it('stands for a cut, then for what was marked or ticked, then for the first', () => {
    expect(mainOf(chip(camera, tick))).toBe(tick);
    expect(mainOf(chip(camera, tick, at(20))).icon).toBe('cut');
    expect(mainOf(chip(camera))).toBe(camera);
  });

  it('names them, but not too many', () => {
    expect(nameOf(chip(tick))).toBe('Step done: “a”');
    expect(nameOf(chip(camera, tick))).toBe('2 events: Camera off; Step done: “a”');
    expect(nameOf(chip(camera, tick, camera, tick, camera, tick))).toBe(
      '6 events: Camera off; Step done: “a”; Camera off; Step done: “a”; and 2 more',
    );
  });
});
