import { expect, it } from 'vitest';
import { dueWords, fieldOf, timeOf } from './due-words';

const now = new Date(2026, 10, 29, 12, 0);

it('says when a task is due, and whether it is late', () => {
  const yesterday = new Date(2026, 10, 28, 9, 30).toISOString();
  const later = new Date(2026, 10, 29, 18, 0).toISOString();
  expect(dueWords(yesterday, false, now)).toMatchObject({ late: true });
  expect(dueWords(yesterday, false, now).words).toMatch(/^Was due /);
  expect(dueWords(yesterday, true, now)).toMatchObject({ late: false });
  expect(dueWords(later, false, now).words).toMatch(/^Due /);
});

it('reads and writes the field in the zone of the person', () => {
  const at = new Date(2026, 0, 5, 7, 8).toISOString();
  expect(fieldOf(at)).toBe('2026-01-05T07:08');
  expect(timeOf('2026-01-05T07:08')).toBe(at);
  expect([fieldOf(null), timeOf(''), timeOf('x')]).toEqual(['', null, null]);
});
