import { useInfiniteQuery } from '@tanstack/react-query';
import { AudioLines } from 'lucide-react';
import { type Recording, recordingsQuery } from '../../api/recordings';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { formatBytes, formatDay } from '../../ui/format';
import { MoreRows } from '../../ui/more-rows';
import { PageBar } from '../../ui/page-bar';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { useRemoved } from '../../ui/use-removed';
import './library-page.css';
import { RecordingRow } from './recording-row';

type Props = {
  readonly onStartLive: () => void;
  readonly onDelete: (recordingId: string) => void;
  /** The key under which a recording is hidden while its deletion can be undone. */
  readonly removalKey: (recordingId: string) => string;
};

/** Every recording that is still there, newest first, by day. */
export function LibraryPage({ onStartLive, onDelete, removalKey }: Props) {
  const list = useInfiniteQuery(recordingsQuery);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const removed = useRemoved();
  const recordings = data?.pages
    .flatMap((page) => page.recordings)
    .filter((one) => one.state !== 'erased' && !removed.has(removalKey(one.id)));
  return (
    <div className="library">
      <PageBar title="Library" />
      <div className="library__body">
        {recordings && recordings.length > 0 ? (
          <>
            <p className="library__sum">{sumWords(recordings, hasNextPage)}</p>
            {byDay(recordings).map(([day, rows]) => (
              <section key={day} aria-label={day}>
                <h2 className="library__day">{day}</h2>
                <ul>
                  {rows.map((recording) => (
                    <RecordingRow
                      key={recording.id}
                      recording={recording}
                      onDelete={() => onDelete(recording.id)}
                    />
                  ))}
                </ul>
              </section>
            ))}
          </>
        ) : null}
        <MoreRows
          hasMore={hasNextPage}
          loading={isFetchingNextPage}
          onMore={() => void fetchNextPage()}
        >
          Show more recordings
        </MoreRows>
        {recordings?.length === 0 && !hasNextPage ? (
          <Panel
            icon={<AudioLines aria-hidden />}
            title="No recordings yet"
            actions={
              <Button variant="primary" onClick={onStartLive}>
                Start live
              </Button>
            }
          >
            Each live session appears here when you hang up.
          </Panel>
        ) : null}
        {!data && error ? (
          <FailedPanel
            title="The recordings could not be listed"
            error={error}
            onRetry={() => void refetch()}
          />
        ) : null}
        {!data && !error
          ? ['a', 'b', 'c'].map((key) => <Skeleton key={key} height="88px" />)
          : null}
      </div>
    </div>
  );
}

function sumWords(recordings: readonly Recording[], hasMore: boolean): string {
  const bytes = recordings.reduce((sum, one) => sum + one.stored_bytes, 0);
  const count = recordings.length;
  if (hasMore) return count === 1 ? 'The newest recording' : `The newest ${count} recordings`;
  return `${count} ${count === 1 ? 'recording' : 'recordings'}, ${formatBytes(bytes)}`;
}

function byDay(recordings: readonly Recording[]): [string, Recording[]][] {
  const days = new Map<string, Recording[]>();
  const now = new Date();
  for (const recording of recordings) {
    const day = formatDay(recording.created_at, now);
    days.set(day, [...(days.get(day) ?? []), recording]);
  }
  return [...days];
}
