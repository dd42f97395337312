import { expect, test } from 'vitest';
import type { Message } from '../../api/chats';
import { branchOf, choicesTo } from './branches';
import { findTarget, targetOf } from './thread-target';

const message = (id: string, parent: string | null, at: string) =>
  ({ id, parent_id: parent, created_at: at }) as Message;

const all = [
  message('a', null, '2026-11-20T10:00:00'),
  message('b', 'a', '2026-11-22T10:00:00'),
  message('c', 'a', '2026-11-24T10:00:00'),
  message('d', 'c', '2026-11-26T10:00:00'),
];
const day = (of: string, among = all) => {
  const found = findTarget({ kind: 'day', day: of }, among);
  return found === 'older' ? found : found.message.id;
};

test('an address names a message', () => {
  expect(targetOf('#message-a')).toEqual({ kind: 'message', id: 'a' });
  expect(targetOf('#main')).toBeNull();
  expect(targetOf('')).toBeNull();
});

test('the first message of a day or after it', () => {
  expect(day('2026-11-22')).toBe('b');
  expect(day('2026-11-23')).toBe('c');
  expect(day('2026-12-24')).toBe('d');
  expect(day('2026-11-01')).toBe('older');
  expect(day('2026-11-20')).toBe('older');
  expect(day('2026-11-20', [])).toBe('older');
  expect(findTarget({ kind: 'message', id: 'x' }, all)).toBe('older');
});

test('a message in another branch is shown', () => {
  const shown = (id: string) => {
    const choices = choicesTo(all, id);
    return choices && branchOf(all, choices).map(({ message: one }) => one.id);
  };
  expect(shown('b')).toEqual(['a', 'b']);
  expect(shown('d')).toEqual(['a', 'c', 'd']);
  expect(shown('x')).toBeNull();
});
