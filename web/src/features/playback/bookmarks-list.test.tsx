// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Bookmark } from '../../api/bookmarks';
import type { PlayerEngine } from '../../media/player/player-engine';
import { BookmarksList } from './bookmarks-list';
import type { Place } from './places';

const bookmark = (at_ms: number, note: string): Bookmark => ({
  id: `b${at_ms}`,
  at_ms,
  note,
  created_at: '2026-11-28T10:00:00Z',
});
const engine = { seek: vi.fn(), timeMs: () => 12_000 };
const bookmarks = {
  list: [] as readonly Bookmark[],
  error: null as unknown,
  retry: vi.fn(),
  add: vi.fn(async (ms: number) => bookmark(ms, '')),
  setNote: vi.fn(async () => {}),
  remove: vi.fn(),
};
beforeEach(() => vi.clearAllMocks());
afterEach(cleanup);

const show = (...places: readonly Place[]) =>
  render(
    <BookmarksList
      engine={engine as unknown as PlayerEngine}
      places={places}
      bookmarks={bookmarks}
    />,
  );
const kept = { kind: 'bookmark', atMs: 5000, bookmark: bookmark(5000, 'gears') } as const;

test('a press goes there', () => {
  show(kept);
  fireEvent.click(screen.getByRole('button', { name: /0:05 gears/ }));
  expect(engine.seek).toHaveBeenCalledWith(5000);
});

test('Enter keeps the note once, although the field then loses the focus', () => {
  show(kept);
  fireEvent.click(screen.getByRole('button', { name: 'Edit the note at 0:05' }));
  const field = screen.getByRole('textbox', { name: 'Note at 0:05' });
  fireEvent.change(field, { target: { value: '  chain ' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  fireEvent.blur(field);
  expect(bookmarks.setNote).toHaveBeenCalledOnce();
  expect(bookmarks.setNote).toHaveBeenCalledWith(kept.bookmark, 'chain');
});

test('Esc leaves it as it was, and so does Enter without a change', () => {
  show(kept);
  for (const key of ['Escape', 'Enter']) {
    fireEvent.click(screen.getByRole('button', { name: 'Edit the note at 0:05' }));
    const field = screen.getByRole('textbox', { name: 'Note at 0:05' });
    if (key === 'Escape') fireEvent.change(field, { target: { value: 'chain' } });
    fireEvent.keyDown(field, { key });
  }
  expect(bookmarks.setNote).not.toHaveBeenCalled();
});

test('after a key the focus is on the bookmark whose note it was', async () => {
  show(kept);
  for (const key of ['Escape', 'Enter']) {
    fireEvent.click(screen.getByRole('button', { name: 'Edit the note at 0:05' }));
    fireEvent.keyDown(screen.getByRole('textbox', { name: 'Note at 0:05' }), { key });
    const row = screen.getByRole('button', { name: /0:05 gears/ });
    await vi.waitFor(() => expect(document.activeElement).toBe(row));
  }
});

test('a mark of the live session gets its note as a bookmark there', () => {
  show({ kind: 'mark', atMs: 7000 });
  fireEvent.click(screen.getByRole('button', { name: 'Add a note at 0:07' }));
  expect(bookmarks.add).toHaveBeenCalledWith(7000);
});

test('here and now', () => {
  show();
  fireEvent.click(screen.getByRole('button', { name: 'Bookmark this moment' }));
  expect(bookmarks.add).toHaveBeenCalledWith(12_000);
});
