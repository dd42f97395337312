import { expect, test } from 'vitest';
import type { Message } from '../../api/chats';
import { branchOf, withoutRemoved } from './branches';

const message = (id: string, parent: string | null) => ({ id, parent_id: parent }) as Message;
const ids = (messages: readonly Message[], choices: Record<string, string> = {}) =>
  branchOf(messages, new Map(Object.entries(choices))).map(({ message: { id } }) => id);

/** q1 → a1 → q2 → a2, and q2b → a2b next to q2; a1b next to a1. */
const kTree = [
  message('q1', null),
  message('a1', 'q1'),
  message('q2', 'a1'),
  message('a2', 'q2'),
  message('q2b', 'a1'),
  message('a2b', 'q2b'),
  message('a1b', 'q1'),
];

test('the newest branch is shown, or the chosen one', () => {
  expect(ids(kTree)).toEqual(['q1', 'a1b']);
  expect(ids(kTree, { q1: 'a1' })).toEqual(['q1', 'a1', 'q2b', 'a2b']);
  expect(ids(kTree, { q1: 'a1', a1: 'q2' })).toEqual(['q1', 'a1', 'q2', 'a2']);
  expect(ids(kTree, { q1: 'gone' })).toEqual(['q1', 'a1b']);
  expect(ids([])).toEqual([]);
});

test('each message knows those next to it', () => {
  const branch = branchOf(kTree, new Map([['q1', 'a1']]));
  expect(branch.map(({ siblings }) => siblings.map(({ id }) => id))).toEqual([
    ['q1'],
    ['a1', 'a1b'],
    ['q2', 'q2b'],
    ['a2b'],
  ]);
});

test('what hangs on a message that is not loaded begins the thread', () => {
  expect(ids([message('a9', 'q9'), message('q10', 'a9')])).toEqual(['a9', 'q10']);
});

test('what hangs on a removed text goes with it; a live session stays with what hangs on it', () => {
  const text = (id: string, parent: string | null) =>
    ({ id, parent_id: parent, kind: 'text' }) as Message;
  const live = (id: string, parent: string | null) =>
    ({ id, parent_id: parent, kind: 'live_session' }) as Message;
  const thread = [
    text('q', null),
    text('a', 'q'),
    live('s', 'a'),
    text('q2', 's'),
    text('q3', 'a'),
  ];
  const left = (...gone: string[]) =>
    withoutRemoved(thread, (id) => gone.includes(id)).map(({ id, parent_id: on }) => [id, on]);
  expect(left('a')).toEqual([
    ['q', null],
    ['s', 'q'],
    ['q2', 's'],
  ]);
  expect(left('q')).toEqual([
    ['s', null],
    ['q2', 's'],
  ]);
  expect(left('s')).toHaveLength(5);
  expect(withoutRemoved(thread, () => false)).toBe(thread);
});
