import { expect, it } from 'vitest';
import { clockDifference } from './clock-difference';

const server = '2026-11-28T05:00:00.000Z';
const cases: [string | null, string | null][] = [
  [null, null],
  ['not a time', null],
  ['2026-11-28T05:00:00.400Z', null],
  ['2026-11-28T05:01:00.000Z', null],
  ['2026-11-28T04:59:00.000Z', null],
  ['2026-11-28T05:01:05.000Z', 'Device clock 1 minute ahead'],
  ['2026-11-28T04:57:40.000Z', 'Device clock 2 minutes behind'],
  ['2026-11-28T08:00:02.000Z', 'Device clock 3 hours ahead'],
  ['2026-11-28T02:00:31.000Z', 'Device clock 2 hours 59 minutes behind'],
  ['2026-11-29T05:00:01.000Z', 'Device clock 1 day ahead'],
  ['2026-11-25T17:00:00.000Z', 'Device clock 2 days 12 hours behind'],
];

it.each(cases)('a device that says %s: %s', (device, said) => {
  expect(clockDifference(server, device)).toBe(said);
});
