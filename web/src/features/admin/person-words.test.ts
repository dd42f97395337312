import { expect, test } from 'vitest';
import type { User } from '../../api/users';
import { ownsWords, personFacts, personName } from './person-words';

const now = new Date('2026-11-29T12:00:00');
const user = (change: Partial<User> = {}): User => ({
  id: '01990000-0000-7000-8000-0000000abcde',
  name: 'Anna',
  email: 'anna@example.test',
  roles: ['participant'],
  issuer_roles: ['participant'],
  state: 'active',
  held: false,
  created_at: new Date('2026-11-28T10:00:00').toISOString(),
  chats: 0,
  recordings: 0,
  ...change,
});
const plain = (text: string) => text.replace(/[\u2066-\u2069]/g, '');

test.each([
  [{}, 'Anna'],
  [{ name: '' }, 'anna@example.test'],
  [{ name: '', email: '' }, 'User 0abcde'],
])('%j is called %s', (change, name) => {
  expect(plain(personName(user(change)))).toBe(name);
});

test.each([
  [{}, 'nothing'],
  [{ chats: 1 }, '1 chat'],
  [{ chats: 2, recordings: 1200 }, '2 chats, 1 200 recordings'],
])('%j owns %s', (change, words) => {
  expect(ownsWords(user(change))).toBe(words);
});

test('what is said of somebody leaves out what is not known', () => {
  expect(plain(personFacts(user({ issuer_roles: ['participant', 'admin'] }), now))).toBe(
    'anna@example.test · Admin · nothing of their own · since yesterday 10:00',
  );
  const local = user({ email: '', created_at: '1970-01-01T00:00:00Z', recordings: 1 });
  expect(personFacts(local, now)).toBe('Participant · 1 recording');
});
