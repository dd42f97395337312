import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatDay,
  formatDuration,
  formatFullDate,
  formatMomentWithin,
  spokenDuration,
} from './format';

test.each([
  [0, '0:00', '0 seconds'],
  [999, '0:00', '1 second'],
  [65_000, '1:05', '1 minute 5 seconds'],
  [3_600_000, '1:00:00', '1 hour'],
  [3_725_000, '1:02:05', '1 hour 2 minutes 5 seconds'],
])('%d ms is %s, spoken %s', (ms, written, spoken) => {
  expect(formatDuration(ms)).toBe(written);
  expect(spokenDuration(ms)).toBe(spoken);
});

test.each([
  [12, '12 B'],
  [1_000, '1 kB'],
  [2_100_000_000, '2.1 GB'],
  [41_000_000_000, '41 GB'],
  [640_400, '640 kB'],
])('%d bytes are %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

describe('the day of a list', () => {
  const now = new Date(2026, 10, 24, 0, 30);
  const at = (...args: [number, number, number, number?]) => new Date(...args).toISOString();
  test.each([
    [at(2026, 10, 24, 0), 'Today'],
    [at(2026, 10, 25, 1), 'Today'],
    [at(2026, 10, 23, 23), 'Yesterday'],
    [at(2026, 10, 20), 'Friday'],
    [at(2026, 10, 17), 'November 17'],
    [at(2025, 11, 31), 'December 31, 2025'],
  ])('%s is %s', (iso, day) => {
    expect(formatDay(iso, now)).toBe(day);
  });
});

test.each([
  [new Date(2026, 10, 24, 0, 5), '00:05'],
  [new Date(2026, 10, 24, 13, 40), '13:40'],
])('%s is %s on the clock', (date, words) => expect(formatClock(date.toISOString())).toBe(words));

test.each([
  [24, 'today 09:05'],
  [23, 'yesterday 09:05'],
  [20, 'Friday 09:05'],
  [17, 'November 17 09:05'],
])('in a sentence the %d. is %s', (day, words) => {
  const date = new Date(2026, 10, day, 9, 5).toISOString();
  expect(formatMomentWithin(date, new Date(2026, 10, 24, 12))).toBe(words);
});

test('the full date has weekday, month and year', () => {
  const date = new Date(2026, 10, 24, 9, 5).toISOString();
  expect(formatFullDate(date)).toBe('Tuesday, November 24, 2026 at 09:05');
});
