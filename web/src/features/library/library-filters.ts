import type { RecordingsWish } from '../../api/recordings';

/** The filters in the library's address: `?time=week&state=gaps&model=…&chat=…&sort=longest`. */
export type LibraryFilters = {
  readonly time: keyof typeof kTimes;
  readonly state: keyof typeof kStates;
  readonly sort: keyof typeof kSorts;
  readonly model: string | null;
  readonly chat: string | null;
};

export const kTimes = {
  any: 'Any time',
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  year: 'Last 12 months',
} as const;
export const kStates = {
  any: 'Any state',
  complete: 'Complete',
  gaps: 'With gaps',
  live: 'Live now',
} as const;
export const kSorts = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  longest: 'Longest first',
} as const;

const kDays = { any: null, today: 0, week: 6, month: 29, year: 364 } as const;
/** By what the rows say: a recording of which all parts came may still lack pictures. */
const kStateWishes = {
  any: {},
  complete: { missing: 'none' },
  gaps: { missing: 'some' },
  live: { state: 'recording' },
} as const satisfies Record<string, RecordingsWish>;

const choice = <Choices extends object>(
  choices: Choices,
  value: unknown,
  fallback: keyof Choices,
) =>
  typeof value === 'string' && Object.hasOwn(choices, value) ? (value as keyof Choices) : fallback;
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);

/** Unknown values count as not chosen. Pure. */
export const filtersOf = (search: Readonly<Record<string, unknown>>): LibraryFilters => ({
  time: choice(kTimes, search.time, 'any'),
  state: choice(kStates, search.state, 'any'),
  sort: choice(kSorts, search.sort, 'newest'),
  model: text(search.model),
  chat: text(search.chat),
});

/** The address for these filters, without those that are not chosen. Pure. */
export function searchOf(filters: LibraryFilters): Record<string, string> {
  const search: Record<string, string> = {};
  if (filters.time !== 'any') search.time = filters.time;
  if (filters.state !== 'any') search.state = filters.state;
  if (filters.sort !== 'newest') search.sort = filters.sort;
  if (filters.model !== null) search.model = filters.model;
  if (filters.chat !== null) search.chat = filters.chat;
  return search;
}

/** Whether the filters exclude anything. */
export const isFiltered = ({ time, state, model, chat }: LibraryFilters): boolean =>
  time !== 'any' || state !== 'any' || model !== null || chat !== null;

/**
 * The filters as the server gets them. Days are whole days of the person's calendar, so that the request stays the same
 * all day. Pure.
 */
export function wishOf(filters: LibraryFilters, now: Date): RecordingsWish {
  const days = kDays[filters.time];
  return {
    ...(days === null
      ? {}
      : { from: new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).toISOString() }),
    ...kStateWishes[filters.state],
    ...(filters.model === null ? {} : { model: filters.model }),
    ...(filters.chat === null ? {} : { chat: filters.chat }),
    ...(filters.sort === 'newest' ? {} : { sort: filters.sort }),
  };
}
