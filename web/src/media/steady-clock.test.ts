import { expect, test } from 'vitest';
import { SteadyClock } from './steady-clock';

const kHourMs = 3_600_000;
const cases: readonly { name: string; readings: number[]; want: number[] }[] = [
  { name: 'runs as the clock runs', readings: [5, 6, 6, 9], want: [6, 6, 9] },
  { name: 'a jump ahead is believed', readings: [0, 10, 10 + kHourMs], want: [10, 10 + kHourMs] },
  {
    name: 'a jump back stands still and goes on',
    readings: [0, 500, 100, 150],
    want: [500, 500, 550],
  },
  {
    name: 'hours back',
    readings: [0, 8000, 8000 - 3 * kHourMs, 8100 - 3 * kHourMs],
    want: [8000, 8000, 8100],
  },
  { name: 'back twice', readings: [100, 50, 60, 0, 5], want: [100, 110, 110, 115] },
  { name: 'below zero from the beginning', readings: [-900, -800, -850], want: [-800, -800] },
];

for (const { name, readings, want } of cases) {
  test(name, () => {
    const left = [...readings];
    const clock = new SteadyClock(() => left.shift() ?? 0);
    expect(want.map(() => clock.now())).toEqual(want);
  });
}
