import { AudioLines, SearchX } from 'lucide-react';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { MoreRows } from '../../ui/more-rows';
import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/skeleton';
import { StartLiveButton } from '../../ui/start-live-button';
import type { useLibrary } from './use-library';

type Props = {
  readonly library: ReturnType<typeof useLibrary>;
  readonly filtered: boolean;
  readonly onClear: () => void;
  readonly onStartLive: () => void;
};

/** Shown instead of rows: there are none, they are loading, or loading has failed. */
export function LibraryState({ library, filtered, onClear, onStartLive }: Props) {
  const { recordings, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = library;
  if (recordings === undefined) {
    if (error === null) {
      return ['a', 'b', 'c', 'd'].map((key) => <Skeleton key={key} height="72px" />);
    }
    return (
      <FailedPanel
        title="The recordings could not be listed"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  if (hasNextPage) {
    return (
      <MoreRows hasMore loading={isFetchingNextPage} onMore={() => void fetchNextPage()}>
        Show more recordings
      </MoreRows>
    );
  }
  if (recordings.length > 0) return null;
  if (filtered) {
    return (
      <Panel
        icon={<SearchX aria-hidden />}
        title="Nothing matches these filters"
        actions={
          <Button variant="line" onClick={onClear}>
            Show all recordings
          </Button>
        }
      >
        Choose another time, state or model.
      </Panel>
    );
  }
  return (
    <Panel
      icon={<AudioLines aria-hidden />}
      title="No recordings yet"
      actions={<StartLiveButton size="normal" onPress={onStartLive} />}
    >
      Each live session appears here when you hang up.
    </Panel>
  );
}
