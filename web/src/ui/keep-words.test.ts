import { expect, test } from 'vitest';
import { daysWords, keptFact, keptSentence, usuallyKept } from './keep-words';

test.each([
  [1, 'one day'],
  [30, '30 days'],
  [365, 'one year'],
  [366, '366 days'],
  [730, '2 years'],
  [36_500, '100 years'],
])('%i days are %s', (days, words) => expect(daysWords(days)).toBe(words));

test('what is usual here ends a sentence', () => {
  const rules = { days: null, days_min: 1, days_max: 36_500 };
  expect(usuallyKept(rules)).toBe('until you delete it');
  expect(usuallyKept({ ...rules, days: 30 })).toBe('for 30 days, or until you delete it');
});

const later = new Date(2027, 0, 12, 9).toISOString();
test.each([
  ['legal', later, 'An admin holds your account: nothing of it is erased.'],
  ['own', later, 'You hold it: nothing erases it.'],
  [null, later, 'It is erased on January 12, 2027.'],
  [null, null, 'It is kept until you delete it.'],
] as const)('hold %s, end %s', (hold, expires_at, sentence) =>
  expect(keptSentence({ hold, expires_at })).toBe(sentence),
);

test('a list names a hold, and an end that is near', () => {
  const fact = (hold: 'own' | null, expires_at: string | null, day: number) =>
    keptFact({ hold, expires_at }, new Date(2027, 0, day, 10));
  expect(fact('own', later, 1)).toBe('Held');
  expect(fact(null, later, 2)).toBe('Erased on January 12, 2027');
  expect(keptFact({ hold: null, expires_at: later }, new Date(2026, 11, 24))).toBeNull();
  expect(fact(null, null, 2)).toBeNull();
});
