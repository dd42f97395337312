import { expect, test } from 'vitest';
import { filtersOf, isFiltered, searchOf, wishOf } from './library-filters';

const now = new Date(2026, 10, 28, 15, 30);
const kNone = { time: 'any', state: 'any', sort: 'newest', model: null, chat: null } as const;

test.each([
  [{}, kNone],
  [
    { time: 'week', state: 'gaps', sort: 'longest', model: 'm', chat: 'c' },
    { time: 'week', state: 'gaps', sort: 'longest', model: 'm', chat: 'c' },
  ],
  [{ time: 'ever', state: 7, sort: null, model: '', chat: ['c'] }, kNone],
  [{ time: 'toString', state: '__proto__' }, kNone],
])('%j is read as %j', (search, filters) => expect(filtersOf(search)).toEqual(filters));

test('filters are written into the address and read from it', () => {
  expect(searchOf(kNone)).toEqual({});
  const chosen = { ...kNone, time: 'month', model: 'm', sort: 'oldest' } as const;
  expect(filtersOf(searchOf(chosen))).toEqual(chosen);
});

test.each([
  [kNone, {}],
  [{ ...kNone, time: 'today' }, { from: new Date(2026, 10, 28).toISOString() }],
  [{ ...kNone, time: 'week' }, { from: new Date(2026, 10, 22).toISOString() }],
  [
    { ...kNone, state: 'gaps', sort: 'longest' },
    { missing: 'some', sort: 'longest' },
  ],
  // What the rows say, not only whether all parts came.
  [{ ...kNone, state: 'complete' }, { missing: 'none' }],
  [{ ...kNone, state: 'live' }, { state: 'recording' }],
  [
    { ...kNone, chat: 'c', model: 'm' },
    { chat: 'c', model: 'm' },
  ],
] as const)('%j asks the server for %j', (filters, wish) =>
  expect(wishOf(filters, now)).toEqual(wish),
);

test('the order leaves nothing out', () => {
  expect(isFiltered({ ...kNone, sort: 'longest' })).toBe(false);
  expect(isFiltered({ ...kNone, chat: 'c' })).toBe(true);
});
