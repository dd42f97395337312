import type { Bookmark } from '../../api/bookmarks';
import type { RecordingView } from '../../api/recordings';

/** A place that a person marked: a bookmark, or a mark that was set while the session was live. */
export type Place =
  | { readonly kind: 'bookmark'; readonly atMs: number; readonly bookmark: Bookmark }
  | { readonly kind: 'mark'; readonly atMs: number };

/** A bookmark this close to a mark belongs to it, and the mark is not listed a second time. */
const kSamePlaceMs = 500;

/** In the order of time. Pure. */
export function placesOf(
  events: RecordingView['events'],
  bookmarks: readonly Bookmark[],
): readonly Place[] {
  const marks = events
    .filter(({ kind }) => kind === 'mark')
    .filter(({ at_ms }) => !bookmarks.some((one) => Math.abs(one.at_ms - at_ms) <= kSamePlaceMs))
    .map(({ at_ms }): Place => ({ kind: 'mark', atMs: at_ms }));
  const kept = bookmarks.map(
    (bookmark): Place => ({ kind: 'bookmark', atMs: bookmark.at_ms, bookmark }),
  );
  return [...marks, ...kept].sort((a, b) => a.atMs - b.atMs);
}
