import { describe, expect, it } from 'vitest';
import { HangWatch, kHangMs, kLookMs } from './hang-watch';

/** Looks once a second. Each event is [at second, plays, place, alive]. Returns the seconds at which it hangs. */
const hangsAt = (
  seconds: number,
  plays: (at: number) => boolean,
  place: (at: number) => number,
  data: (at: number) => boolean = () => false,
): number[] => {
  const watch = new HangWatch();
  const hangs: number[] = [];
  for (let at = 0; at <= seconds; at += 1) {
    if (data(at)) watch.alive(at * kLookMs);
    if (watch.look(plays(at), place(at), at * kLookMs)) hangs.push(at);
  }
  return hangs;
};
const kHang = kHangMs / kLookMs;

describe('a film', () => {
  it.each([
    [
      'that goes on is well',
      hangsAt(
        60,
        () => true,
        (at) => at,
      ),
      [],
    ],
    [
      'that is paused is well',
      hangsAt(
        60,
        () => false,
        () => 5,
      ),
      [],
    ],
    [
      'that stands still hangs, and again',
      hangsAt(
        20,
        () => true,
        () => 5,
      ),
      [kHang, 2 * kHang],
    ],
    [
      'that stops at 10 s hangs from there',
      hangsAt(
        20,
        () => true,
        (at) => Math.min(at, 10),
      ),
      [10 + kHang],
    ],
    [
      'that is played at 10 s hangs from there',
      hangsAt(
        20,
        (at) => at >= 10,
        () => 5,
      ),
      [9 + kHang],
    ],
    [
      'that waits while data come is well',
      hangsAt(
        60,
        () => true,
        () => 5,
        (at) => at % 7 === 0,
      ),
      [],
    ],
  ])('%s', (_name, hangs, want) => {
    expect(hangs).toEqual(want);
  });
});
