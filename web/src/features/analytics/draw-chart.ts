/** Draws charts with uPlot. In a file of its own, which is loaded when the first chart is shown. */
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { onRecolour, tokenColours } from '../../ui/token-colours';

export type ChartTone = 'ink-2' | 'ink-3' | 'person' | 'model' | 'cut';
export type ChartSeries = {
  readonly label: string;
  /** null: nothing to show at this place. */
  readonly values: readonly (number | null)[];
  readonly kind: 'bars' | 'line';
  readonly tone: ChartTone;
  readonly dashed?: boolean;
};
export type ChartPlan = {
  /** What stands below the places, one for each value. */
  readonly places: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  /** The values are whole numbers: nothing between them is named. */
  readonly whole?: boolean;
};
type Acts = {
  readonly onPoint: (index: number | null) => void;
  readonly onPick: (index: number) => void;
};

const kHeightPx = 200;
const kPlacesHeightPx = 28;
const kWholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000];
const kPlaceWidthPx = 64;
const kBarShare = 0.72;
const kBarWidthMaxPx = 36;
const kTones = ['ink-2', 'ink-3', 'person', 'model', 'cut', 'line'] as const;

function optionsOf(plan: ChartPlan, acts: Acts, width: number): UPlot.Options {
  const colours = tokenColours(kTones);
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: colours['ink-3'], font, ticks: { show: false } };
  const bars = UPlot.paths.bars?.({ size: [kBarShare, kBarWidthMaxPx] });
  const every = Math.max(1, Math.ceil(plan.places.length / Math.max(1, width / kPlaceWidthPx)));
  return {
    width,
    height: kHeightPx,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: () => [-0.6, plan.places.length - 0.4] },
      y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        size: kPlacesHeightPx,
        grid: { show: false },
        splits: () => plan.places.map((_, index) => index).filter((index) => index % every === 0),
        values: (_chart, at) => at.map((index) => plan.places[index] ?? ''),
      },
      {
        ...axis,
        size: 56,
        ...(plan.whole ? { incrs: kWholeSteps } : {}),
        grid: { stroke: colours.line, width: 1 },
        values: (_chart, at) => at.map((value) => plan.format(value)),
      },
    ],
    series: [
      {},
      ...plan.series.map(({ kind, tone, dashed }) => ({
        stroke: colours[tone],
        width: kind === 'bars' ? 0 : 2,
        points: { show: kind === 'line' && plan.places.length <= 62, size: 5, fill: colours[tone] },
        spanGaps: false,
        ...(dashed ? { dash: [4, 4] } : {}),
        ...(kind === 'bars' && bars ? { fill: colours[tone], paths: bars } : {}),
      })),
    ],
    hooks: {
      setCursor: [(chart) => acts.onPoint(chart.cursor.idx ?? null)],
      ready: [
        (chart) =>
          chart.over.addEventListener('click', () => {
            const { idx } = chart.cursor;
            if (idx !== null && idx !== undefined) acts.onPick(idx);
          }),
      ],
    },
  };
}

/** Draws into `place` until the function that it returns is called. */
export function drawChart(place: HTMLElement, plan: ChartPlan, acts: Acts): () => void {
  const data: UPlot.AlignedData = [
    plan.places.map((_, index) => index),
    ...plan.series.map(({ values }) => [...values]),
  ];
  let chart: UPlot | null = null;
  const draw = () => {
    chart?.destroy();
    const width = Math.max(160, Math.floor(place.clientWidth));
    chart = new UPlot(optionsOf(plan, acts, width), data, place);
  };
  draw();
  let width = place.clientWidth;
  const resized = new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    draw();
  });
  resized.observe(place);
  const end = onRecolour(draw);
  return () => {
    end();
    resized.disconnect();
    chart?.destroy();
  };
}
