import { useCallback, useMemo, useState } from 'react';
import type { Recording } from '../../api/recordings';
import { useRouter } from '../../ui/router/router-context';
import { useAddress } from '../../ui/router/use-address';
import { useRenameRecording } from '../../ui/use-rename-recording';
import { useShortcuts } from '../../ui/use-shortcuts';
import { VirtualList } from '../../ui/virtual-list';
import { FreshFirstPage } from './fresh-first-page';
import { LibraryFilterBar } from './library-filter-bar';
import { filtersOf, isFiltered, type LibraryFilters, searchOf, wishOf } from './library-filters';
import { LibraryHead } from './library-head';
import './library-page.css';
import { type LibraryRow, libraryRows } from './library-rows';
import { LibraryState } from './library-state';
import { RecordingRow } from './recording-row';
import { SelectionBar } from './selection-bar';
import { useLibrary } from './use-library';
import { useSelection } from './use-selection';

type Props = {
  /** Opens the search over everything, not only over what is listed. */
  readonly onSearch: () => void;
  readonly onStartLive: () => void;
  readonly onDelete: (recordings: readonly Recording[]) => void;
  /** The keys under which a recording is hidden while its deletion can be undone. */
  readonly removalKeys: (recording: Recording) => readonly string[];
  /** Left out where nothing can be shared. */
  readonly onShare?: ((recording: Recording) => void) | undefined;
  readonly onKeep: (recording: Recording) => void;
};

/** Assumed heights until they are measured, in CSS pixels. */
const kRowPx = 92;
const kDayPx = 38;
const keyOf = ({ recording }: LibraryRow) => recording.id;
const heightOf = ({ day }: LibraryRow) => (day === null ? kRowPx : kRowPx + kDayPx);
const kNoRecordings = [] as const;

/** Every recording that was not deleted: filters, order, days, and actions on several at once. */
export function LibraryPage(props: Props) {
  const { onSearch, onStartLive, onDelete, removalKeys, onShare, onKeep } = props;
  const router = useRouter();
  const search = useAddress((address) => address.search);
  const entry = useAddress((address) => address.entry);
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const filters = useMemo(
    () => filtersOf(Object.fromEntries(new URLSearchParams(search))),
    [search],
  );
  const wish = useMemo(() => wishOf(filters, new Date()), [filters]);
  const library = useLibrary(wish, removalKeys);
  const { recordings, totals, hasNextPage, isFetching, fetchNextPage } = library;
  const listed = recordings ?? kNoRecordings;
  const byDay = filters.sort !== 'longest';
  const rows = useMemo(() => libraryRows(listed, byDay, new Date()), [listed, byDay]);
  const empty = recordings?.length === 0 && !hasNextPage && !isFiltered(filters);
  const selection = useSelection(listed);
  const rename = useRenameRecording();
  const change = useCallback(
    (next: LibraryFilters) =>
      router.go(`/recordings?${new URLSearchParams(searchOf(next))}`, { replace: true }),
    [router],
  );
  const showOnlyChat = useCallback(
    (chat: string) => change({ ...filters, chat }),
    [change, filters],
  );
  useShortcuts({
    x: () => {
      const row = document.activeElement?.closest('.library li[data-key]');
      const id = row?.getAttribute('data-key');
      if (id) selection.toggle(id);
    },
    ...(selection.ids.length > 0 ? { Escape: selection.clear } : {}),
  });
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return (
    <div ref={setScroller} className="library">
      <div className="library__body">
        <LibraryHead
          totals={totals}
          filtered={isFiltered(filters)}
          onStartLive={empty ? null : onStartLive}
        />
        {empty ? null : (
          <LibraryFilterBar
            filters={filters}
            models={totals?.models ?? []}
            chatTitle={listed[0]?.chat_title ?? null}
            onSearch={onSearch}
            onChange={change}
          />
        )}
        {/* Days are headings of their own, but the one above the rows in view may be out of the page. */}
        {rows.length > 0 ? <h2 className="visually-hidden">Recordings</h2> : null}
        {rows.length > 0 ? (
          <VirtualList
            key={`rows ${JSON.stringify(wish)}`}
            scroller={scroller}
            items={rows}
            keyOf={keyOf}
            heightOf={heightOf}
            count={totals?.recordings ?? rows.length}
            place={entry}
            onNearEnd={loadMore}
            className={selection.ids.length > 0 ? 'library--choosing' : ''}
          >
            {({ recording, day }) => (
              <>
                {day === null ? null : <h2 className="library__day">{day}</h2>}
                <RecordingRow
                  recording={recording}
                  selected={selection.has(recording.id)}
                  byDay={byDay}
                  onToggle={selection.toggle}
                  onRename={rename}
                  onDelete={onDelete}
                  onOnlyChat={showOnlyChat}
                  onShare={onShare}
                  onKeep={onKeep}
                />
              </>
            )}
          </VirtualList>
        ) : null}
        {recordings ? <FreshFirstPage key={`fresh ${JSON.stringify(wish)}`} wish={wish} /> : null}
        <LibraryState
          library={library}
          filtered={isFiltered(filters)}
          onClear={() => change(filtersOf({ sort: filters.sort }))}
          onStartLive={onStartLive}
        />
      </div>
      {selection.ids.length > 0 ? (
        <SelectionBar
          recordingIds={selection.ids}
          onDelete={() => onDelete(listed.filter(({ id }) => selection.has(id)))}
          onClear={selection.clear}
        />
      ) : null}
    </div>
  );
}
