// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { Chart } from './chart';
import type { ChartPlan } from './draw-chart';

const file = vi.hoisted(() => {
  const drawn = { draw: vi.fn(() => () => {}) };
  return { ...drawn, came: Promise.withResolvers<void>() };
});
vi.mock('./draw-chart', async () => {
  await file.came.promise;
  return { drawChart: file.draw };
});
afterEach(cleanup);

const plan: ChartPlan = {
  places: ['Monday', 'Tuesday'],
  series: [{ label: 'Sessions', kind: 'bars', tone: 'person', values: [1, 2] }],
  format: String,
};

test('before it can be drawn its room is taken once', async () => {
  const { container } = render(
    <Chart title="Sessions" summary="3" plan={plan}>
      {null}
    </Chart>,
  );
  const taken = () => container.querySelectorAll('.skeleton, .chart__place:not([hidden])');
  const before = taken().length;
  file.came.resolve();
  await vi.waitFor(() => expect(file.draw).toHaveBeenCalled());
  expect([before, taken().length]).toEqual([1, 1]);
  expect(screen.getByText('3')).toBeTruthy();
});
