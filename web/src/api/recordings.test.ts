import { expect, test } from 'vitest';
import { type Recording, type RecordingPage, withFirstPage, withoutRecordings } from './recordings';

const row = (id: string, more: Partial<Recording> = {}) =>
  ({ id, duration_ms: 1000, stored_bytes: 10, chat_id: 'c', ...more }) as Recording;
const totals = (recordings: number) => ({
  recordings,
  duration_ms: recordings * 1000,
  bytes: recordings * 100,
  models: [],
});
const page = (ids: string, next: string | null = null, sum: number | null = null) =>
  ({
    recordings: [...ids].map((id) => row(id)),
    totals: sum === null ? null : totals(sum),
    next_cursor: next,
  }) as RecordingPage;
const listOf = (...pages: RecordingPage[]) => ({ pages, pageParams: pages.map(() => null) });
const idsOf = ({ pages }: { pages: RecordingPage[] }) =>
  pages.map(({ recordings }) => recordings.map(({ id }) => id).join(''));

test('a deleted recording leaves its page and the totals', () => {
  const list = withoutRecordings(listOf(page('abc', 'n', 5), page('de')), ({ id }) =>
    'bd'.includes(id),
  );
  expect(idsOf(list)).toEqual(['ac', 'e']);
  expect(list.pages[0]?.totals).toEqual({ ...totals(3), bytes: 480 });
  expect(list.pages[1]?.totals).toBe(null);
});

test('a list from which nothing was removed stays the same object', () => {
  const list = listOf(page('abc', null, 3));
  expect(withoutRecordings(list, ({ id }) => id === 'x')).toBe(list);
});

test.each([
  ['nothing changed', ['abc', 'def'], 'abc', ['abc', 'def']],
  ['one is new', ['abc', 'def'], 'xab', ['xabc', 'def']],
  ['one is gone', ['abc', 'def'], 'acd', ['acd', 'ef']],
  ['one is new and one is gone', ['abc', 'def'], 'xac', ['xac', 'def']],
  ['two pages are gone', ['abc', 'def', 'ghi'], 'ghi', ['ghi', '', '']],
  ['everything is other than it was', ['abc', 'def'], 'xyz', ['xyz']],
  ['nothing is left', ['abc', 'def'], '', ['']],
  ['there is one page', ['abc'], 'bc', ['bc']],
])('%s', (_, before, fresh, after) => {
  const list = listOf(...before.map((ids, i) => page(ids, String(i))));
  const now = withFirstPage(list, page(fresh, 'fresh', 9));
  expect(idsOf(now)).toEqual(after);
  expect(now.pages[0]?.totals?.recordings).toBe(9);
  expect(now.pages[0]?.next_cursor).toBe(after.length > 1 ? '0' : 'fresh');
});

test('a row that is in both lists is the newer one of the server', () => {
  const list = listOf(page('ab', 'n'), page('c'));
  const fresh = { ...page('ab'), recordings: [row('a', { title: 'New' }), row('b')] };
  expect(withFirstPage(list, fresh).pages[0]?.recordings[0]?.title).toBe('New');
});
