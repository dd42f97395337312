import { expect, test } from 'vitest';
import { costOf, costWords, tokensOf } from './cost';
import { csvOf } from './csv';
import {
  besideWishOf,
  clockOf,
  kUsualFilters,
  narrowed,
  reportAddress,
  reportFiltersOf,
  reportWishOf,
} from './report-filters';

const now = new Date(2026, 10, 29, 16, 40, 12);

test('filters stand in the address, and only those that are not the usual ones', () => {
  expect(reportAddress(kUsualFilters)).toBe('/analytics');
  const filters = { ...kUsualFilters, days: 7, model: 'a b', beside: 'before' };
  expect(reportAddress(filters)).toBe('/analytics?days=7&model=a+b&beside=before');
  expect(reportFiltersOf('?days=7&model=a+b&beside=before')).toEqual(filters);
  expect(reportFiltersOf('?days=8')).toEqual(kUsualFilters);
});

test('a time is whole days of the person, today until the end of this hour', () => {
  const wish = reportWishOf({ ...kUsualFilters, days: 7, model: 'm' }, now);
  expect(wish).toEqual({
    from: new Date(2026, 10, 23).toISOString(),
    before: new Date(2026, 10, 29, 17).toISOString(),
    step: 'day',
    ahead_minutes: -now.getTimezoneOffset(),
    model: 'm',
  });
  expect(reportWishOf({ ...kUsualFilters, days: 1 }, now).step).toBe('hour');
  expect(reportWishOf({ ...kUsualFilters, days: 365 }, now).step).toBe('week');
});

test('days begin where the clock does, also after it changed', () => {
  const berlin = (at: Date) => (at < new Date('2026-10-25T01:00:00Z') ? 120 : 60);
  const [from, before] = [new Date('2026-10-23T22:00:00Z'), new Date('2026-10-26T12:00:00Z')];
  expect(clockOf(from, before, berlin)).toEqual({
    ahead_minutes: 120,
    clock_changes: '2026-10-25T01:00:00.000Z/60',
  });
  expect(clockOf(before, new Date('2026-10-27T12:00:00Z'), berlin)).toEqual({ ahead_minutes: 60 });
  const southern = (at: Date) => (Math.floor(at.getUTCMonth() / 3) % 2 === 0 ? 660 : 600);
  expect(
    clockOf(new Date('2026-01-31T13:00:00Z'), new Date('2026-11-30T13:00:00Z'), southern),
  ).toEqual({
    ahead_minutes: 660,
    clock_changes:
      '2026-04-01T00:00:00.000Z/600,2026-07-01T00:00:00.000Z/660,2026-10-01T00:00:00.000Z/600',
  });
});

test('beside it stands the time before, or another model', () => {
  const filters = { ...kUsualFilters, days: 7 };
  expect(besideWishOf(filters, now)).toBeNull();
  const before = besideWishOf({ ...filters, beside: 'before' }, now);
  expect(before).toMatchObject({
    from: new Date(2026, 10, 16).toISOString(),
    before: new Date(2026, 10, 22, 17).toISOString(),
  });
  expect(besideWishOf({ ...filters, model: 'a', beside: 'model:b' }, now)).toMatchObject({
    from: new Date(2026, 10, 23).toISOString(),
    model: 'b',
  });
});

test('a study and its conditions narrow what is counted, and stand beside each other', () => {
  const search = '?study=s&condition=a&beside=condition%3Ab';
  const filters = reportFiltersOf(search);
  expect(filters).toEqual({
    ...kUsualFilters,
    study: 's',
    condition: 'a',
    beside: 'condition:b',
  });
  expect(reportAddress(filters)).toBe(`/analytics${search}`);
  expect(narrowed({ ...filters, model: 'm' })).toEqual({ model: 'm', study: 's', condition: 'a' });
  expect(reportWishOf(filters, now)).toMatchObject({ study: 's', condition: 'a' });
  expect(besideWishOf(filters, now)).toMatchObject({ study: 's', condition: 'b' });
});

test('each kind of token has its own price', () => {
  const million = 1_000_000;
  expect(costOf('gemini-3.8-live', '2026-11-29T10:00:00Z', { prompt_text: million })).toBe(0.75);
  expect(
    costOf('gemini-3.8-live', '2026-11-29T10:00:00Z', {
      prompt_sound: million,
      prompt_picture: million,
    }),
  ).toBe(4);
  expect(
    costOf('gemini-3.8-live', '2026-11-29T10:00:00Z', { answer_sound: million, thoughts: million }),
  ).toBe(24);
  expect(
    costOf('gemini-3.5-flash-lite', '2026-11-29T10:00:00Z', {
      answer_text: million,
      thoughts: million,
    }),
  ).toBe(5);
  expect(costOf('unheard of', '2026-11-29T10:00:00Z', { answer_text: million })).toBeNull();
  expect(tokensOf({ prompt_text: 1, thoughts: 2, sessions: 9 })).toBe(3);
  expect([costWords(null), costWords(0), costWords(0.0123), costWords(3)]).toEqual([
    'no price known',
    '$0.00',
    '$0.0123',
    '$3.00',
  ]);
});

test('a table is quoted where it must be, and runs nothing', () => {
  expect(
    csvOf([
      ['Day', 'a "b", c'],
      ['=1+1', -2],
    ]),
  ).toBe('Day,"a ""b"", c"\r\n =1+1,-2\r\n');
});
