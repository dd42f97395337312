import { expect, test } from 'vitest';
import type { Lengths, Report } from '../../api/analytics';
import { endedSheet, headlines, healthSheet, talkShares } from './fact-sheets';
import { sessionsAddress, sessionsWishOf, sessionsWords } from './sessions-address';
import { isEmpty } from './sheet';
import { costSheet, gapHistogram, gapSheet, sessionsSheet } from './step-sheets';

const none = { count: 0, p50: null, p95: null };
const gaps = (p50: number, p95: number): Lengths => ({
  duration_ms: none,
  gap_ms: { count: 3, p50, p95 },
  yield_ms: none,
});
const nothing: Lengths = { duration_ms: none, gap_ms: none, yield_ms: none };
const midnight = (day: number) => new Date(2026, 10, day).toISOString();

function report(sessions: readonly number[], p50: number): Report {
  return {
    from: midnight(27),
    before: new Date(2026, 10, 28, 17).toISOString(),
    step: 'day',
    total: {
      counts: {
        sessions: 3,
        length_ms: 60_000,
        person_ms: 20_000,
        model_ms: 30_000,
        both_ms: 5_000,
        hangup: 2,
        lost: 1,
      },
      lengths: gaps(p50, 2 * p50),
    },
    histograms: {
      duration_ms: [],
      gap_ms: [
        { from_ms: 0, before_ms: 600, count: 2 },
        { from_ms: 600, before_ms: null, count: 1 },
      ],
      yield_ms: [],
    },
    steps: sessions.map((count, index) => ({
      begins_at: midnight(27 + index),
      counts: count > 0 ? { sessions: count, measured: count } : {},
      lengths: count > 0 ? gaps(p50, 2 * p50) : nothing,
    })),
    models: [],
    models_in_steps: [
      {
        begins_at: midnight(28),
        model: 'gemini-3.8-live',
        counts: { sessions: 1, prompt_sound: 1_000_000 },
      },
      { begins_at: midnight(28), model: 'unheard of', counts: { answer_text: 5 } },
    ],
    models_known: [],
    studies_known: [],
    interactions: { playback_open: 4 },
  };
}
const alone = { report: report([3, 0], 500), beside: null };
const both = { ...alone, beside: { name: 'before', report: report([1, 2], 700) } };

test('a bar leads to the sessions of its day, and one without sessions nowhere', () => {
  const sheet = sessionsSheet(alone);
  expect(sheet.plan?.places).toEqual(['Nov 27', 'Nov 28']);
  expect(sheet.plan?.series[0]?.values).toEqual([3, 0]);
  const [first, second] = sheet.rows;
  expect(first?.cells).toEqual(['Nov 27', '3']);
  expect(first?.behind?.from).toBe(midnight(27));
  expect(new Date(first?.behind?.before ?? 0).getTime()).toBe(new Date(midnight(28)).getTime() - 1);
  expect(second?.behind).toBeNull();
});

test('a table of two years says which', () => {
  const two = {
    ...alone.report,
    steps: alone.report.steps.map((step, index) => ({
      ...step,
      begins_at: new Date(2025 + index, 11, 29).toISOString(),
    })),
  };
  const sheet = sessionsSheet({ report: two, beside: null });
  expect(sheet.plan?.places).toEqual(['Dec 29', 'Dec 29']);
  expect(sheet.rows.map(({ cells }) => cells[0])).toEqual(['Dec 29, 2025', 'Dec 29, 2026']);
});

test('what stands beside it is a dashed line, place by place', () => {
  const sheet = gapSheet(both);
  expect(sheet.head).toEqual(['Day', 'Median', '95 % within', 'Median, before']);
  expect(sheet.plan?.series[2]).toMatchObject({ dashed: true, values: [700, 700] });
  expect(sheet.rows[1]?.cells).toEqual(['Nov 28', '–', '–', '700 ms']);
  expect(headlines(both)[2]).toMatchObject({ value: '500 ms', beside: '700 ms before' });
  const named = { ...alone, beside: { name: 'Slow', report: report([1, 2], 700) } };
  expect(headlines(named)[2]).toMatchObject({ beside: 'Slow: 700 ms' });
  expect(headlines(both).map(({ behind }) => behind)).toMatchObject([
    { counted: 'sessions' },
    { counted: 'length_ms' },
    { length: 'gap_ms', from_ms: 500 },
    { length: 'gap_ms', from_ms: 1000 },
    { length: 'yield_ms', from_ms: 0 },
  ]);
});

test('a bar of a histogram leads to the sessions with such a length', () => {
  const [short, long] = gapHistogram(alone).rows;
  expect(short?.cells).toEqual(['0 ms to 600 ms', '2']);
  expect(short?.behind).toMatchObject({ length: 'gap_ms', from_ms: 0, before_ms: 600 });
  expect(long?.cells[0]).toBe('600 ms or longer');
  expect(long?.behind).not.toHaveProperty('before_ms');
  const address = sessionsAddress(long?.behind ?? {});
  expect(sessionsWishOf(address.slice(address.indexOf('?')))).toEqual(long?.behind);
  expect(sessionsWords(long?.behind ?? {})).toBe('with an answer of 0.6 s or longer');
  expect(sessionsWords({ counted: 'lost' })).toBe('ended by a lost connection');
});

test('costs are told by model and day, and a model without a price is not taken for free', () => {
  const sheet = costSheet(alone);
  expect(sheet.plan?.series[0]?.values).toEqual([0, 3]);
  expect(sheet.rows.map(({ cells }) => [cells[0], cells[1], cells.at(-1)])).toEqual([
    ['Nov 28', 'gemini-3.8-live', '$3.00'],
    ['Nov 28', 'unheard of', 'no price known'],
  ]);
});

test('shares add up to the whole time', () => {
  expect(talkShares(alone.report)?.map(({ share }) => share)).toEqual([
    0.25,
    5 / 60,
    25 / 60,
    0.25,
  ]);
  expect(talkShares({ ...alone.report, total: { counts: {}, lengths: nothing } })).toBeNull();
});

test('each number of a table leads to its sessions', () => {
  const rows = endedSheet(alone).rows;
  expect(rows.map(({ cells, behind }) => [cells[0], cells[1], behind?.counted])).toContainEqual([
    'Connection lost',
    '1',
    'lost',
  ]);
  expect(rows.find(({ cells }) => cells[0] === 'Live now')?.behind).toBeNull();
  const opened = healthSheet(both).rows.find(({ cells }) => cells[0] === 'Sessions opened to play');
  expect(opened?.cells.slice(1)).toEqual(['4', '4']);
  const labels = healthSheet({ ...both, narrowed: true }).rows.map(({ cells }) => cells[0]);
  expect(labels).toContain('Can be played');
  expect(labels).not.toContain('Sessions opened to play');
});

test('a chart is drawn when there is something in it', () => {
  const plan = sessionsSheet(alone).plan;
  if (!plan) throw new Error('sessions have a chart');
  expect(isEmpty(plan)).toBe(false);
  const series = [[null, 0], [0]].map((values, index) => ({
    label: `${index}`,
    values,
    kind: 'bars' as const,
    tone: 'model' as const,
  }));
  expect(isEmpty({ ...plan, series })).toBe(true);
});
