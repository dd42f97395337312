import { expect, it } from 'vitest';
import { dueWords, fieldOf, timeOf } from './due-words';

const now = new Date(2026, 10, 29, 12, 0);

it('says when a task is due, and whether it is late', () => {
  const yesterday = new Date(2026, 10, 28, 9, 30).toISOString();
  const later = new Date(2026, 10, 29, 18, 0).toISOString();
  expect(dueWords(yesterday, false, now)).toMatchObject({ late: true });
  expect(dueWords(yesterday, false, now).words).toBe('Was due yesterday 09:30');
  expect(dueWords(yesterday, true, now)).toMatchObject({ late: false });
  expect(dueWords(later, false, now).words).toBe('Due today 18:00');
  const day = (...at: [number, number, number]) =>
    dueWords(new Date(...at, 9, 5).toISOString(), false, now).words;
  expect(day(2026, 10, 30)).toBe('Due tomorrow 09:05');
  expect(day(2026, 11, 3)).toBe('Due December 3 09:05');
  expect(day(2027, 1, 3)).toBe('Due February 3, 2027 09:05');
  expect(day(2026, 10, 1)).toBe('Was due November 1 09:05');
});

it('reads and writes the field in the zone of the person', () => {
  const at = new Date(2026, 0, 5, 7, 8).toISOString();
  expect(fieldOf(at)).toBe('2026-01-05T07:08');
  expect(timeOf('2026-01-05T07:08')).toBe(at);
  expect([fieldOf(null), timeOf(''), timeOf('x')]).toEqual(['', null, null]);
});
