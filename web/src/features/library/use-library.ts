import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  type Recording,
  type RecordingsWish,
  recordingsQuery,
  withoutRecordings,
} from '../../api/recordings';
import { useRemoved } from '../../ui/use-removed';

/** How often the list is requested again when the server does not answer. */
const kDownPollMs = 4_000;

/**
 * The recordings that `wish` lets through, on all pages that were loaded so far, without those that were just deleted.
 */
export function useLibrary(
  wish: RecordingsWish,
  removalKeys: (recording: Recording) => readonly string[],
) {
  const removed = useRemoved();
  const query = useMemo(() => recordingsQuery(wish), [wish]);
  const list = useInfiniteQuery({
    ...query,
    // A long list is not loaded again as a whole; FreshFirstPage keeps it up to date.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: false,
    refetchInterval: ({ state }) => (state.error && !state.data ? kDownPollMs : false),
  });
  const shown = useMemo(
    () =>
      list.data &&
      withoutRecordings(list.data, (one) => removalKeys(one).some((key) => removed.has(key))),
    [list.data, removed, removalKeys],
  );
  const recordings = useMemo(() => shown?.pages.flatMap((page) => page.recordings), [shown]);
  return { ...list, recordings, totals: shown?.pages[0]?.totals ?? null };
}
