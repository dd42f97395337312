import { expect, test } from 'vitest';
import { kRetryAfterMsMax, retryAfterMs } from './retry-after';

const now = Date.parse('Sat, 28 Nov 2026 06:00:00 GMT');

test.each<[string, string | null, string | null, number]>([
  ['absent', null, null, 0],
  ['empty', '', null, 0],
  ['nothing to wait', '0', null, 0],
  ['seconds', '7', null, 7000],
  ['seconds with spaces', ' 7 ', null, 7000],
  ['an hour, capped', '3600', null, kRetryAfterMsMax],
  ['more digits than a number has', '9'.repeat(400), null, kRetryAfterMsMax],
  ['negative', '-5', null, 0],
  ['a fraction', '1.5', null, 0],
  ['a word', 'soon', null, 0],
  ['seconds and a word', '5 s', null, 0],
  ['a date', 'Sat, 28 Nov 2026 06:00:20 GMT', null, 20_000],
  ['a date that is over', 'Sat, 28 Nov 2026 05:00:00 GMT', null, 0],
  ['a date tomorrow, capped', 'Sun, 29 Nov 2026 06:00:00 GMT', null, kRetryAfterMsMax],
  ['a date of the old form', 'Saturday, 28-Nov-26 06:00:20 GMT', null, 20_000],
  ['a date that is none', 'Xyz, 99 Nov 2026 06:00:20 GMT', null, 0],
  [
    'a date on the clock of the server, which is an hour ahead of ours',
    'Sat, 28 Nov 2026 07:00:20 GMT',
    'Sat, 28 Nov 2026 07:00:00 GMT',
    20_000,
  ],
  ['a Date that is none', 'Sat, 28 Nov 2026 06:00:20 GMT', 'today', 20_000],
])('%s', (_, value, date, want) => {
  expect(retryAfterMs(value, date, now)).toBe(want);
});
