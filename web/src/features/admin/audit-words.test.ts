import { expect, test } from 'vitest';
import type { AuditEntry } from '../../api/audit';
import { actorWords, addressOf, deedWords, factsWords, kDeeds, usersIn } from './audit-words';

const kAnna = '01990000-0000-7000-8000-00000000000a';
const kBert = '01990000-0000-7000-8000-00000000000b';
const kGone = '01990000-0000-7000-8000-0000000000ff';
const names = new Map([
  [kAnna, 'Anna'],
  [kBert, 'Bert'],
]);
const nameOf = (id: string) => names.get(id) ?? null;
const entry = (change: Partial<AuditEntry>): AuditEntry => ({
  id: '1',
  seq: 1,
  hash: 'a'.repeat(64),
  at: '2026-11-29T10:00:00Z',
  at_ns: '1795946400000000000',
  actor: kAnna,
  event: 'recording_viewed',
  object: { kind: 'recording', id: 'r1' },
  request_id: '',
  address: '',
  detail: '',
  ...change,
});
const words = (change: Partial<AuditEntry>) => {
  const one = entry(change);
  return `${actorWords(one, nameOf)} ${deedWords(one, nameOf)}`;
};

test.each([
  [{}, 'Anna opened a recording'],
  [{ actor: null, event: 'recording_erased' }, 'The server deleted a recording'],
  [{ actor: kGone }, 'A user who is gone opened a recording'],
  [{ actor: `link ${kBert}` }, 'Somebody with a link opened a recording'],
  [
    { actor: `participant ${kBert}`, event: 'study_begun', object: { kind: 'study', id: 'hash' } },
    'A participant of a study agreed to take part in a study',
  ],
  [
    { event: 'user_changed', object: { kind: 'user', id: kBert } },
    'Anna changed the account of Bert',
  ],
  [
    { event: 'user_changed', object: { kind: 'user', id: kAnna } },
    'Anna changed the account of themselves',
  ],
  [
    { event: 'handed_over', object: { kind: 'user', id: 'gone' } },
    'Anna handed over what a user who is gone owned',
  ],
  [{ event: 'moon_landed' }, 'Anna did this: moon landed'],
] as const)('%j', (change, expected) => {
  expect(words(change)).toBe(expected);
});

test('every kind of deed has words of its own', () => {
  expect(new Set(Object.values(kDeeds)).size).toBe(Object.keys(kDeeds).length);
});

test('what else is known names people instead of ids', () => {
  const handed = entry({
    event: 'handed_over',
    detail: `to ${kBert}`,
    address: '10.0.0.0/24',
    request_id: 'q1',
  });
  expect(factsWords(handed, nameOf)).toBe('to Bert · from 10.0.0.0/24 · request q1');
  expect(factsWords(entry({}), nameOf)).toBe('');
  expect(usersIn(handed)).toEqual([kAnna, kBert]);
  expect(usersIn(entry({ actor: `link ${kBert}` }))).toEqual([]);
  expect(usersIn(entry({ actor: null, object: { kind: 'user', id: kBert } }))).toEqual([kBert]);
});

test.each([
  [{}, '/recordings/r1'],
  [{ object: { kind: 'chat', id: 'hash of c1' } }, null],
  [{ event: 'recording_erased' }, null],
  [{ actor: kBert }, null],
  [{ object: { kind: 'login_session', id: 's1' } }, null],
] as const)('%j can be opened at %s', (change, address) => {
  expect(addressOf(entry(change), kAnna)).toBe(address);
});
