import type { ReportWish } from '../../api/analytics';

/** What the page shows, as it stands in the address. Empty texts: all, or oneself. */
export type ReportFilters = {
  readonly days: number;
  readonly model: string;
  readonly task: string;
  readonly study: string;
  readonly condition: string;
  readonly person: string;
  /** Beside it: nothing, the same time `before`, another model (`model:NAME`) or condition (`condition:ID`). */
  readonly beside: string;
};

export const kDaysOffered = [1, 7, 30, 90, 365] as const;
export const kUsualFilters: ReportFilters = {
  days: 30,
  model: '',
  task: '',
  study: '',
  condition: '',
  person: '',
  beside: '',
};
const kHourMs = 3_600_000;
const kDayMs = 24 * kHourMs;

export function reportFiltersOf(search: string): ReportFilters {
  const given = new URLSearchParams(search);
  const days = Number(given.get('days'));
  return {
    days: kDaysOffered.find((one) => one === days) ?? kUsualFilters.days,
    model: given.get('model') ?? '',
    task: given.get('task') ?? '',
    study: given.get('study') ?? '',
    condition: given.get('condition') ?? '',
    person: given.get('person') ?? '',
    beside: given.get('beside') ?? '',
  };
}

export function reportAddress(filters: ReportFilters): string {
  const set = Object.entries(filters).filter(
    ([name, value]) => value !== kUsualFilters[name as keyof ReportFilters],
  );
  if (set.length === 0) return '/analytics';
  return `/analytics?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
}

const stepFor = (days: number) => (days === 1 ? 'hour' : days > 90 ? 'week' : 'day');

/** How many minutes a clock is ahead of UTC at a time. */
export type Ahead = (at: Date) => number;
const ownClock: Ahead = (at) => -at.getTimezoneOffset();

/** Where the days of a clock begin between two times, in the words of the API. Pure. */
export function clockOf(from: Date, before: Date, ahead: Ahead = ownClock) {
  const changes: string[] = [];
  const aheadAt = (ms: number) => ahead(new Date(ms));
  for (let day = from.getTime(); day < before.getTime(); day += kDayMs) {
    const next = Math.min(day + kDayMs, before.getTime());
    if (aheadAt(day) === aheadAt(next)) continue;
    let at = day;
    while (at < next && aheadAt(at) === aheadAt(day)) at += kHourMs;
    changes.push(`${new Date(at).toISOString()}/${aheadAt(at)}`);
  }
  return {
    ahead_minutes: ahead(from),
    ...(changes.length > 0 ? { clock_changes: changes.join(',') } : {}),
  };
}

/** What is counted belongs to hours of UTC: a day that begins within one begins with the next. */
const wholeHour = (date: Date) => new Date(Math.ceil(date.getTime() / kHourMs) * kHourMs);

const timesBetween = (from: Date, before: Date) => ({
  from: from.toISOString(),
  before: before.toISOString(),
  ...clockOf(from, before),
});

/** A time in days of the person's clock; its last one is today, until the end of this hour. */
export function reportWishOf(filters: ReportFilters, now: Date): Required<Times> & ReportWish {
  const before = new Date(Math.floor(now.getTime() / kHourMs) * kHourMs + kHourMs);
  const from = new Date(now.getFullYear(), now.getMonth(), now.getDate() - (filters.days - 1));
  return {
    ...timesBetween(wholeHour(from), before),
    step: stepFor(filters.days),
    ...narrowed(filters),
  };
}

/** What of the filters names sessions, in the words of the API. */
export const narrowed = (
  filters: ReportFilters,
): Partial<Record<(typeof kNarrowing)[number], string>> =>
  Object.fromEntries(kNarrowing.flatMap((name) => (filters[name] ? [[name, filters[name]]] : [])));
const kNarrowing = ['model', 'task', 'study', 'condition', 'person'] as const;
type Times = { from: string; before: string };

/** What stands beside it; null: nothing does. The time before has the same length of days. */
export function besideWishOf(filters: ReportFilters, now: Date): ReportWish | null {
  const wish = reportWishOf(filters, now);
  if (filters.beside.startsWith('model:')) {
    return { ...wish, model: filters.beside.slice('model:'.length) };
  }
  if (filters.beside.startsWith('condition:')) {
    return { ...wish, condition: filters.beside.slice('condition:'.length) };
  }
  if (filters.beside !== 'before') return null;
  const back = (iso: string) => {
    const date = new Date(iso);
    date.setDate(date.getDate() - filters.days);
    return wholeHour(date);
  };
  const { clock_changes: _, ...rest } = wish;
  return { ...rest, ...timesBetween(back(wish.from), back(wish.before)) };
}
