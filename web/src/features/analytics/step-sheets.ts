/** Charts of what happened when, and of how long things take. Pure. */
import type { CountName, Counts, Lengths, Report } from '../../api/analytics';
import { formatCount, formatHours } from '../../ui/format';
import { costOf, costWords, tokensOf } from './cost';
import type { ChartSeries, ChartTone } from './draw-chart';
import {
  allOf,
  count,
  datedPlaceOf,
  ms,
  msOrNothing,
  placeOf,
  plural,
  type Reports,
  type Row,
  type Sheet,
  timesOf,
} from './sheet';

const stepWord = { hour: 'Hour', day: 'Day', week: 'Week of' } as const;
const each = { hour: 'hour', day: 'day', week: 'week' } as const;

type Column = {
  readonly label: string;
  readonly of: (step: { readonly counts: Counts; readonly lengths: Lengths }) => number | null;
  readonly kind: 'bars' | 'line';
  readonly tone: ChartTone;
};

/** A sheet with a place for each step. What stands beside it is drawn for the first column. */
function byStep(
  { report, beside }: Reports,
  title: string,
  summary: string,
  columns: readonly Column[],
  format: (value: number) => string,
  counted: CountName,
): Sheet {
  const places = report.steps.map((step) => placeOf(report, step));
  const [first] = columns;
  const series: ChartSeries[] = columns.map(({ label, of, kind, tone }) => ({
    label,
    kind,
    tone,
    values: report.steps.map(of),
  }));
  if (beside && first) {
    const of = beside.report.steps.map(first.of);
    series.push({
      label: `${first.label}, ${beside.name}`,
      kind: 'line',
      tone: 'ink-3',
      dashed: true,
      values: places.map((_, index) => of[index] ?? null),
    });
  }
  const rows = report.steps.map((step, index) => ({
    cells: [
      datedPlaceOf(report, step),
      ...series.map(({ values }) => {
        const value = values[index];
        return value === null || value === undefined ? '–' : format(value);
      }),
    ],
    behind: count(step.counts, counted) > 0 ? { ...timesOf(report, index), counted } : null,
  }));
  const head = [stepWord[report.step], ...series.map(({ label }) => label)];
  return {
    title,
    summary,
    head,
    rows,
    plan: { places, series, format, whole: format === formatCount },
  };
}

export const sessionsSheet = (reports: Reports): Sheet =>
  byStep(
    reports,
    `Sessions per ${each[reports.report.step]}`,
    `${plural(count(reports.report.total.counts, 'sessions'), 'session')}, ${formatHours(count(reports.report.total.counts, 'length_ms'))} of talk`,
    [
      {
        label: 'Sessions',
        of: ({ counts }) => count(counts, 'sessions'),
        kind: 'bars',
        tone: 'ink-2',
      },
    ],
    formatCount,
    'sessions',
  );

export function gapSheet(reports: Reports): Sheet {
  const { gap_ms } = reports.report.total.lengths;
  return byStep(
    reports,
    'Response gap at the ear',
    gap_ms.count === 0
      ? 'None yet'
      : `Median ${msOrNothing(gap_ms.p50)}, 95 % within ${msOrNothing(gap_ms.p95)}, of ${plural(gap_ms.count, 'answer')}`,
    [
      { label: 'Median', of: ({ lengths }) => lengths.gap_ms.p50, kind: 'line', tone: 'model' },
      {
        label: '95 % within',
        of: ({ lengths }) => lengths.gap_ms.p95,
        kind: 'line',
        tone: 'ink-2',
      },
    ],
    ms,
    'measured',
  );
}

export const interruptionsSheet = (reports: Reports): Sheet => {
  const { counts } = reports.report.total;
  return byStep(
    reports,
    'Interruptions',
    `${plural(count(counts, 'interruptions'), 'interruption')} in ${plural(count(counts, 'model_turns'), 'turn')} of the model; ${formatHours(count(counts, 'unheard_ms'))} were never heard`,
    [
      {
        label: 'Interruptions',
        of: (step) => count(step.counts, 'interruptions'),
        kind: 'bars',
        tone: 'cut',
      },
    ],
    formatCount,
    'interruptions',
  );
};

export const connectionsSheet = (reports: Reports): Sheet => {
  const { counts } = reports.report.total;
  return byStep(
    reports,
    'Connections lost',
    `${plural(count(counts, 'lost_sockets'), 'connection')} lost, ${plural(count(counts, 'reconnects'), 'time')} connected again; ${formatHours(count(counts, 'silent_ms'))} without one`,
    [
      {
        label: 'Lost',
        of: (step) => count(step.counts, 'lost_sockets'),
        kind: 'bars',
        tone: 'ink-2',
      },
    ],
    formatCount,
    'lost_sockets',
  );
};

type HistogramOf = keyof Report['histograms'];

/** How long things take: a bar for each stretch of lengths. */
function histogram(
  { report, beside }: Reports,
  of: HistogramOf,
  title: string,
  what: string,
  tone: ChartTone,
  edge: (value: number) => string,
): Sheet {
  const bars = report.histograms[of];
  const places = bars.map(({ from_ms }) => edge(from_ms));
  const series: ChartSeries[] = [
    { label: what, kind: 'bars', tone, values: bars.map((bar) => bar.count) },
  ];
  if (beside) {
    series.push({
      label: beside.name,
      kind: 'line',
      tone: 'ink-3',
      dashed: true,
      values: beside.report.histograms[of].map((bar) => bar.count),
    });
  }
  const { p50, p95, count: n } = report.total.lengths[of];
  const rows = bars.map((bar, index) => ({
    cells: [
      bar.before_ms === null
        ? `${edge(bar.from_ms)} or longer`
        : `${edge(bar.from_ms)} to ${edge(bar.before_ms)}`,
      ...series.map(({ values }) => formatCount(values[index] ?? 0)),
    ],
    behind:
      bar.count === 0
        ? null
        : {
            ...allOf(report),
            length: of,
            from_ms: bar.from_ms,
            ...(bar.before_ms === null ? {} : { before_ms: bar.before_ms }),
          },
  }));
  const summary = n === 0 ? 'None yet' : `Median ${edge(p50 ?? 0)}, 95 % within ${edge(p95 ?? 0)}`;
  return {
    title,
    summary,
    head: ['Length', ...series.map(({ label }) => label)],
    rows,
    plan: { places, series, format: formatCount, whole: true },
  };
}

export const gapHistogram = (reports: Reports): Sheet =>
  histogram(reports, 'gap_ms', 'How long answers take', 'Answers', 'model', ms);
export const yieldHistogram = (reports: Reports): Sheet =>
  histogram(reports, 'yield_ms', 'How fast the model stops', 'Interruptions', 'cut', ms);
export const durationHistogram = (reports: Reports): Sheet =>
  histogram(reports, 'duration_ms', 'How long sessions are', 'Sessions', 'ink-2', formatHours);

export function costSheet(reports: Reports): Sheet {
  const { report } = reports;
  const indexOf = new Map(report.steps.map(({ begins_at }, index) => [begins_at, index]));
  const costs = report.steps.map(() => 0);
  const rows: Row[] = [];
  for (const { begins_at, model, counts } of report.models_in_steps) {
    const index = indexOf.get(begins_at);
    const step = index === undefined ? undefined : report.steps[index];
    if (index === undefined || !step || tokensOf(counts) === 0) continue;
    const cost = costOf(model, begins_at, counts);
    costs[index] = (costs[index] ?? 0) + (cost ?? 0);
    rows.push({
      cells: [
        datedPlaceOf(report, step),
        model,
        formatCount(tokensOf(counts)),
        ...(['prompt_text', 'prompt_sound', 'prompt_picture'] as const).map((name) =>
          count(counts, name),
        ),
        ...(['answer_text', 'answer_sound', 'thoughts'] as const).map((name) =>
          count(counts, name),
        ),
        costWords(cost),
      ],
      behind: count(counts, 'sessions') > 0 ? { ...timesOf(report, index), model } : null,
    });
  }
  const all = costs.reduce((sum, one) => sum + one, 0);
  const tokens = tokensOf(report.total.counts);
  return {
    title: `Tokens and cost per ${each[report.step]}`,
    summary: `${formatCount(tokens)} tokens, about ${costWords(all)}`,
    head: [
      stepWord[report.step],
      'Model',
      'Tokens',
      'Text read',
      'Sound read',
      'Pictures read',
      'Text written',
      'Sound spoken',
      'Reasoning',
      'About',
    ],
    rows,
    places: report.steps.map(({ counts }, index) =>
      count(counts, 'sessions') > 0 ? timesOf(report, index) : null,
    ),
    plan: {
      places: report.steps.map((step) => placeOf(report, step)),
      series: [{ label: 'Cost', kind: 'bars', tone: 'ink-2', values: costs }],
      format: (value) => costWords(value),
    },
  };
}
