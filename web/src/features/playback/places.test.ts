import { expect, test } from 'vitest';
import { placesOf } from './places';

const mark = (at_ms: number) => ({ at_ms, kind: 'mark', detail: {} });
const bookmark = (at_ms: number) => ({
  id: String(at_ms),
  at_ms,
  note: '',
  created_at: '2026-11-28T10:00:00Z',
});

test('marks of the live session and bookmarks stand in the order of time', () => {
  const places = placesOf(
    [mark(5000), { at_ms: 1, kind: 'mute', detail: {} }, mark(1000)],
    [bookmark(3000)],
  );
  expect(places.map(({ kind, atMs }) => `${kind} ${atMs}`)).toEqual([
    'mark 1000',
    'bookmark 3000',
    'mark 5000',
  ]);
});

test('a bookmark at a mark takes its place', () => {
  const places = placesOf([mark(5000), mark(7000)], [bookmark(5400)]);
  expect(places.map(({ kind, atMs }) => `${kind} ${atMs}`)).toEqual(['bookmark 5400', 'mark 7000']);
});
