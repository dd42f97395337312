import { Bookmark as BookmarkIcon, Pencil, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { type Bookmark, kNoteCharactersMax } from '../../api/bookmarks';
import type { PlayerEngine } from '../../media/player/player-engine';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { formatDuration } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import './bookmarks-list.css';
import './moments-list.css';
import type { Place } from './places';
import { type Bookmarks, bookmarkRemovalKey } from './use-bookmarks';

type Props = {
  readonly engine: PlayerEngine;
  readonly places: readonly Place[];
  readonly bookmarks: Bookmarks;
};

/** Places that a person wants to find again. Pressing one seeks there. */
export function BookmarksList({ engine, places, bookmarks }: Props) {
  const [editing, setEditing] = useState<string | null>(null);
  const add = async (ms: number) => {
    const made = await bookmarks.add(ms);
    if (made) setEditing(made.id);
  };
  if (bookmarks.error && bookmarks.list.length === 0) {
    return (
      <FailedPanel
        title="The bookmarks could not be read"
        error={bookmarks.error}
        onRetry={bookmarks.retry}
      />
    );
  }
  return (
    <div className="moments-list bookmarks">
      <Button
        className="bookmarks__add"
        variant="line"
        icon={<BookmarkIcon aria-hidden />}
        onClick={() => void add(engine.timeMs())}
      >
        Bookmark this moment
      </Button>
      {places.length === 0 ? (
        <p className="moments-list__empty">
          No bookmarks yet. The key <kbd>b</kbd> makes one while it plays, and while you talk.
        </p>
      ) : (
        <ol aria-label="Bookmarks">
          {places.map((place) => (
            <li
              key={place.kind === 'bookmark' ? place.bookmark.id : `mark ${place.atMs}`}
              data-removal={
                place.kind === 'bookmark' ? bookmarkRemovalKey(place.bookmark.id) : undefined
              }
            >
              {place.kind === 'mark' ? (
                <Row engine={engine} place={place} words="Marked while live">
                  <IconButton
                    size="small"
                    label={`Add a note at ${formatDuration(place.atMs)}`}
                    icon={<Pencil />}
                    onClick={() => void add(place.atMs)}
                  />
                </Row>
              ) : editing === place.bookmark.id ? (
                <NoteField
                  bookmark={place.bookmark}
                  onDone={(note) => {
                    setEditing(null);
                    if (note !== null && note !== place.bookmark.note) {
                      void bookmarks.setNote(place.bookmark, note);
                    }
                  }}
                />
              ) : (
                <Row engine={engine} place={place} words={place.bookmark.note || 'No note'}>
                  <IconButton
                    size="small"
                    label={`Edit the note at ${formatDuration(place.atMs)}`}
                    icon={<Pencil />}
                    onClick={() => setEditing(place.bookmark.id)}
                  />
                  <IconButton
                    size="small"
                    label={`Delete the bookmark at ${formatDuration(place.atMs)}`}
                    icon={<Trash2 />}
                    onClick={() => bookmarks.remove(place.bookmark)}
                  />
                </Row>
              )}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

type RowProps = {
  readonly engine: PlayerEngine;
  readonly place: Place;
  readonly words: string;
  readonly children: React.ReactNode;
};

const Row = ({ engine, place, words, children }: RowProps) => (
  <div className="bookmarks__row">
    <button
      type="button"
      className="moments-list__go bookmarks__go"
      onClick={() => engine.seek(place.atMs)}
    >
      <span className="moments-list__time time">{formatDuration(place.atMs)}</span>{' '}
      <span className="bookmarks__note" dir="auto">
        {words}
      </span>
    </button>
    {children}
  </div>
);

type FieldProps = {
  readonly bookmark: Bookmark;
  /** Null: the note is not changed. */
  readonly onDone: (note: string | null) => void;
};

function NoteField({ bookmark, onDone }: FieldProps) {
  const [note, setNote] = useState(bookmark.note);
  const done = useRef(false);
  const finish = (result: string | null) => {
    if (done.current) return;
    done.current = true;
    onDone(result);
  };
  return (
    <div className="bookmarks__row">
      <span className="moments-list__time time">{formatDuration(bookmark.at_ms)}</span>
      <input
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed
        autoFocus
        className="bookmarks__field"
        aria-label={`Note at ${formatDuration(bookmark.at_ms)}`}
        placeholder="What is here?"
        maxLength={kNoteCharactersMax}
        dir="auto"
        value={note}
        onChange={(event) => setNote(event.target.value)}
        onBlur={() => finish(note.trim())}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key !== 'Enter' && event.key !== 'Escape') return;
          const row = event.currentTarget.closest('li');
          finish(event.key === 'Enter' ? note.trim() : null);
          // The field that had the focus is gone; the bookmark is in its place.
          setTimeout(() => row?.querySelector('button')?.focus());
        }}
      />
    </div>
  );
}
