import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useSyncExternalStore } from 'react';
import { sentenceOf } from '../../api/api-error';
import {
  type Bookmark,
  bookmarksQuery,
  changeBookmark,
  createBookmark,
  deleteBookmark,
} from '../../api/bookmarks';
import { formatDuration } from '../../ui/format';
import { removals } from '../../ui/removals';
import { focusBeside, focusFirstOf } from '../../ui/row-focus';
import { toasts } from '../../ui/toasts';

/** The key under which a bookmark is hidden while its deletion can be undone. */
export const bookmarkRemovalKey = (id: string) => `bookmark:${id}`;

export type Bookmarks = {
  readonly list: readonly Bookmark[];
  /** Set when the list could not be loaded. */
  readonly error: unknown;
  readonly retry: () => void;
  /** Makes a bookmark and says so, or says why not: the one that is there already, or null when it failed. */
  readonly add: (ms: number, note?: string) => Promise<Bookmark | null>;
  /** Shows the note at once. When the server refuses, shows the old one again. */
  readonly setNote: (bookmark: Bookmark, note: string) => Promise<void>;
  readonly remove: (bookmark: Bookmark) => void;
};

const kNone: readonly Bookmark[] = [];

/**
 * The bookmarks of a recording, without those whose deletion can still be undone. `enabled`: they may be requested now.
 */
export function useBookmarks(recordingId: string, lengthMs: number, enabled: boolean): Bookmarks {
  const queries = useQueryClient();
  const query = bookmarksQuery(recordingId);
  const { data = kNone, error, refetch } = useQuery({ ...query, enabled });
  const hidden = useSyncExternalStore(removals.subscribe, removals.snapshot);
  const list = useMemo(
    () => data.filter(({ id }) => !hidden.has(bookmarkRemovalKey(id))),
    [data, hidden],
  );
  const put = (change: (all: readonly Bookmark[]) => readonly Bookmark[]) =>
    queries.setQueryData<readonly Bookmark[]>(query.queryKey, (all = kNone) =>
      [...change(all)].sort((a, b) => a.at_ms - b.at_ms),
    );
  const making = useRef(new Set<number>());
  const add = async (ms: number, note = '') => {
    const atMs = Math.max(0, Math.min(Math.round(ms), Math.floor(lengthMs)));
    // A moment that was pressed twice is one moment.
    const there = list.find(({ at_ms }) => at_ms === atMs);
    if (there) toasts.show(`There is a bookmark at ${formatDuration(atMs)}.`);
    if (there || making.current.has(atMs)) return there ?? null;
    making.current.add(atMs);
    try {
      const made = await createBookmark(recordingId, atMs, note);
      put((all) => [...all, made]);
      toasts.show(`Bookmark at ${formatDuration(atMs)}.`);
      return made;
    } catch (failure) {
      toasts.show(`The bookmark was not kept. ${sentenceOf(failure)}`, {
        tone: 'error',
        action: { label: 'Try again', run: () => void add(ms, note) },
      });
      return null;
    } finally {
      making.current.delete(atMs);
    }
  };
  const setNote = async (bookmark: Bookmark, note: string) => {
    const with_ = (text: string) =>
      put((all) => all.map((one) => (one.id === bookmark.id ? { ...one, note: text } : one)));
    with_(note);
    try {
      with_((await changeBookmark(recordingId, bookmark.id, note)).note);
    } catch (failure) {
      with_(bookmark.note);
      toasts.show(`The note was not kept. ${sentenceOf(failure)}`, {
        tone: 'error',
        action: { label: 'Try again', run: () => void setNote(bookmark, note) },
      });
    }
  };
  const remove = (bookmark: Bookmark) => {
    const keys = [bookmarkRemovalKey(bookmark.id)];
    focusBeside(keys);
    removals.remove({
      keys,
      onUndo: () => focusFirstOf(keys),
      text: 'Bookmark deleted',
      paths: [`/api/recordings/${recordingId}/bookmarks/${bookmark.id}`],
      commit: async (leaving) => {
        await deleteBookmark(recordingId, bookmark.id, leaving);
        put((all) => all.filter(({ id }) => id !== bookmark.id));
      },
      failure: (failure) => `The bookmark was not deleted. ${sentenceOf(failure)}`,
    });
  };
  return { list, error, retry: () => void refetch(), add, setNote, remove };
}
