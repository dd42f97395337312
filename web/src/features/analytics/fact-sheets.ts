/** Tables of what adds up over all the time. Pure. */
import type { CountName, Lengths, Report, SessionsWish } from '../../api/analytics';
import { formatBytes, formatCount, formatHours } from '../../ui/format';
import { costOf, costWords, tokensOf } from './cost';
import { allOf, count, ms, msOrNothing, type Reports, type Sheet } from './sheet';

const kHourMs = 3_600_000;
const kMinuteMs = 60_000;
const share = (part: number, whole: number) =>
  whole > 0 ? `${Math.round((100 * part) / whole)} %` : '–';

/** A table whose rows are numbers of all the time. */
function facts(reports: Reports, title: string, rows: readonly Fact[]): Sheet {
  const { report, beside } = reports;
  return {
    title,
    summary: '',
    head: ['', 'Here', ...(beside ? [beside.name] : [])],
    rows: rows.map(({ label, of, counted }) => ({
      cells: [label, of(report), ...(beside ? [of(beside.report)] : [])],
      behind:
        counted && count(report.total.counts, counted) > 0 ? { ...allOf(report), counted } : null,
    })),
    plan: null,
  };
}
type Fact = {
  readonly label: string;
  readonly of: (report: Report) => string;
  readonly counted?: CountName;
};
const counted = (label: string, name: CountName): Fact => ({
  label,
  of: ({ total }) => formatCount(count(total.counts, name)),
  counted: name,
});
const logged = (label: string, kind: string): Fact => ({
  label,
  of: ({ interactions }) => formatCount(interactions[kind] ?? 0),
});

export const endedSheet = (reports: Reports): Sheet =>
  facts(reports, 'How sessions ended', [
    counted('Hung up', 'hangup'),
    counted('Connection lost', 'lost'),
    counted('An error', 'error'),
    counted('Nobody was reached', 'never_connected'),
    counted('Left without a word', 'abandoned'),
    counted('Live now', 'live'),
  ]);

const missing = (label: string, name: CountName): Fact => ({
  label,
  of: ({ total }) => {
    const lost = count(total.counts, name);
    return lost < kMinuteMs ? ms(lost) : formatHours(lost);
  },
  counted: name,
});

export const healthSheet = (reports: Reports): Sheet =>
  facts(reports, 'Storage, upload and playback', [
    {
      label: 'Stored',
      of: ({ total }) =>
        formatBytes(count(total.counts, 'chunk_bytes') + count(total.counts, 'media_bytes')),
      counted: 'recorded',
    },
    {
      label: 'Stored for an hour of talk',
      of: ({ total: { counts } }) => {
        const hours = count(counts, 'length_ms') / kHourMs;
        const bytes = count(counts, 'chunk_bytes') + count(counts, 'media_bytes');
        return hours > 0 ? formatBytes(bytes / hours) : '–';
      },
      counted: 'measured',
    },
    counted('Recorded sessions', 'recorded'),
    counted('Recordings with gaps', 'with_gaps'),
    missing('Your voice that is missing', 'missing_microphone_ms'),
    missing('The model’s voice that is missing', 'missing_model_ms'),
    missing('Camera that is missing', 'missing_camera_ms'),
    {
      label: 'Can be played',
      of: ({ total: { counts } }) => share(count(counts, 'measured'), count(counts, 'recorded')),
      counted: 'measured',
    },
    ...(reports.narrowed
      ? []
      : [
          logged('Sessions opened to play', 'playback_open'),
          logged('Jumps within a session', 'playback_seek'),
          logged('Errors shown', 'error_shown'),
        ]),
  ]);

/** By the prices of each day; null where there is none. */
function costOfModel({ models_in_steps: inSteps }: Report, wanted: string): number | null {
  const costs = inSteps
    .filter(({ model }) => model === wanted)
    .map(({ model, begins_at, counts }) => costOf(model, begins_at, counts));
  return costs.some((cost) => cost === null)
    ? null
    : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
}

export const modelsSheet = (reports: Reports): Sheet => ({
  title: 'Models',
  summary: '',
  head: ['Model', 'Sessions', 'Typed answers', 'Median gap', '95 % within', 'Tokens', 'About'],
  rows: reports.report.models.map(({ model, counts, lengths }) => ({
    cells: [
      model,
      formatCount(count(counts, 'sessions')),
      formatCount(count(counts, 'answers')),
      msOrNothing(lengths.gap_ms.p50),
      msOrNothing(lengths.gap_ms.p95),
      formatCount(tokensOf(counts)),
      costWords(costOfModel(reports.report, model)),
    ],
    behind: count(counts, 'sessions') > 0 ? { ...allOf(reports.report), model } : null,
  })),
  plan: null,
});

/** Who was heard for how much of the time; the parts are shares of it, from 0 to 1. */
export function talkShares({ total: { counts } }: Report) {
  const length = count(counts, 'length_ms');
  if (length === 0) return null;
  const both = count(counts, 'both_ms');
  const person = count(counts, 'person_ms') - both;
  const model = count(counts, 'model_ms') - both;
  const of = (part: number) => Math.max(0, part) / length;
  return [
    { name: 'Person', share: of(person) },
    { name: 'Both', share: of(both) },
    { name: 'Model', share: of(model) },
    { name: 'Nobody', share: of(length - person - model - both) },
  ] as const;
}

/** The numbers that stand above all charts, each with the sessions behind it. */
export function headlines({ report, beside }: Reports): readonly Headline[] {
  const before = beside ? kHeadlines.map(({ of }) => of(beside.report)) : null;
  const empty = count(report.total.counts, 'sessions') === 0;
  return kHeadlines.map(({ name, of, behind }, index) => ({
    name,
    value: of(report),
    beside: before && beside ? besideWords(beside.name, before[index] ?? '') : null,
    behind: empty ? null : { ...allOf(report), ...behind(report) },
  }));
}
/** "3 before", or "Condition B: 3". */
const besideWords = (name: string, value: string) =>
  name === 'before' ? `${value} before` : `${name}: ${value}`;

type Headline = {
  readonly name: string;
  readonly value: string;
  readonly beside: string | null;
  /** null: there are none. */
  readonly behind: SessionsWish | null;
};

/** Those with a length that is at least so long. */
const longer = (length: keyof Lengths, from_ms: number | null): SessionsWish => ({
  length,
  from_ms: from_ms ?? 0,
});
const kHeadlines: readonly {
  readonly name: string;
  readonly of: (report: Report) => string;
  readonly behind: (report: Report) => SessionsWish;
}[] = [
  {
    name: 'Sessions',
    of: ({ total }) => formatCount(count(total.counts, 'sessions')),
    behind: () => ({ counted: 'sessions' }),
  },
  {
    name: 'Talk',
    of: ({ total }) => formatHours(count(total.counts, 'length_ms')),
    behind: () => ({ counted: 'length_ms' }),
  },
  {
    name: 'Median response gap',
    of: ({ total }) => msOrNothing(total.lengths.gap_ms.p50),
    behind: ({ total }) => longer('gap_ms', total.lengths.gap_ms.p50),
  },
  {
    name: '95 % of gaps within',
    of: ({ total }) => msOrNothing(total.lengths.gap_ms.p95),
    behind: ({ total }) => longer('gap_ms', total.lengths.gap_ms.p95),
  },
  {
    name: 'Median time to yield',
    of: ({ total }) => msOrNothing(total.lengths.yield_ms.p50),
    behind: ({ total }) => longer('yield_ms', total.lengths.yield_ms.p50),
  },
];
