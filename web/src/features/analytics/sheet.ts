/** What charts and their tables are made of. Pure. */
import type { CountName, Counts, Report, SessionsWish } from '../../api/analytics';
import { formatCount } from '../../ui/format';
import type { ChartPlan } from './draw-chart';

export type Row = {
  readonly cells: readonly (string | number)[];
  /** The sessions behind the row; null: there is no list of them. */
  readonly behind: SessionsWish | null;
};
export type Sheet = {
  readonly title: string;
  readonly summary: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  /** The sessions behind each place of the plan, where there is not one row for each. */
  readonly places?: readonly (SessionsWish | null)[];
  /** null: a table alone. */
  readonly plan: ChartPlan | null;
};
/** What is compared: this, and what stands beside it under its name. */
export type Reports = {
  readonly report: Report;
  readonly beside: { readonly name: string; readonly report: Report } | null;
  /** To a model, a task, a study or a condition: the interaction log knows none of them. */
  readonly narrowed?: boolean;
};

/** Whether a chart has nothing to draw: an empty grid says nothing that its words do not. */
export const isEmpty = ({ series }: ChartPlan): boolean =>
  series.every(({ values }) => values.every((value) => value === null || value === 0));

type Step = Report['steps'][number];
const kMonths = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
];

export const ms = (value: number): string =>
  value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s`;
export const msOrNothing = (value: number | null) => (value === null ? '–' : ms(value));
export const count = (counts: Counts, name: CountName) => counts[name] ?? 0;
export const plural = (n: number, word: string) => `${formatCount(n)} ${word}${n === 1 ? '' : 's'}`;

/** "Nov 28", or "14:00" where each hour stands for itself. */
export function placeOf(report: Report, step: Step): string {
  const at = new Date(step.begins_at);
  if (report.step === 'hour') return `${String(at.getHours()).padStart(2, '0')}:00`;
  return `${kMonths[at.getMonth()] ?? ''} ${at.getDate()}`;
}

/** The same for a table, with the year where the report spans two. */
export function datedPlaceOf(report: Report, step: Step): string {
  const yearOf = (iso: string) => new Date(iso).getFullYear();
  const years = new Set(
    [report.steps[0], report.steps.at(-1)].map((one) => one && yearOf(one.begins_at)),
  );
  const place = placeOf(report, step);
  return years.size > 1 ? `${place}, ${yearOf(step.begins_at)}` : place;
}

export function timesOf(report: Report, index: number): SessionsWish {
  const [from, before] = [report.steps[index]?.begins_at, report.steps[index + 1]?.begins_at];
  const start = !from || from < report.from ? report.from : from;
  return { from: start, before: justBefore(before ?? report.before) };
}

/** A time is widened to the end of its hour: the end of an hour is named by what lies before it. */
const justBefore = (iso: string) => new Date(new Date(iso).getTime() - 1).toISOString();
export const allOf = ({ from, before }: Report): SessionsWish => ({
  from,
  before: justBefore(before),
});
