import { expect, test } from 'vitest';
import { FramePace } from './frame-pace';

/** How often it draws in one second of animation frames, beginning at `fromMs`. */
const draws = (pace: FramePace, fromMs: number) =>
  Array.from({ length: 60 }, (_, frame) => pace.due(fromMs + (frame * 1000) / 60)).filter(Boolean)
    .length;

test('draws each frame, and falls to 15 and to 4 a second under load', () => {
  const pace = new FramePace();
  expect(draws(pace, 0)).toBe(60);
  pace.longTask(1_000);
  expect(draws(pace, 1_010)).toBe(60);
  pace.longTask(1_900);
  expect(draws(pace, 2_000)).toBeLessThanOrEqual(16);
  pace.longTask(3_000);
  pace.longTask(3_100);
  expect(draws(pace, 3_200)).toBeLessThanOrEqual(5);
});

test('long tasks that are more than a second apart change nothing', () => {
  const pace = new FramePace();
  pace.longTask(0);
  pace.longTask(1_500);
  expect(draws(pace, 2_000)).toBe(60);
});

test('recovers step by step after quiet seconds', () => {
  const pace = new FramePace();
  pace.longTask(0);
  pace.longTask(100);
  expect(draws(pace, 1_000)).toBeLessThanOrEqual(16);
  expect(draws(pace, 6_000)).toBe(60);
});
