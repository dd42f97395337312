import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Pages } from '../../api/pages';
import {
  type Recording,
  type RecordingPage,
  type RecordingsWish,
  recordingsQuery,
  withFirstPage,
} from '../../api/recordings';

/** How often the first page is loaded: while something on it is changing, and otherwise. */
const kBusyPollMs = 3_000;
const kQuietPollMs = 20_000;

/** The recording runs, or its film is being made, perhaps anew. */
const changes = ({ state, duration_ms, last_seq, refolding }: Recording) =>
  state === 'recording' || refolding || (duration_ms === null && last_seq !== -1);

/** Keeps a loaded list up to date by loading its first page. Draws nothing. */
export function FreshFirstPage({ wish }: { readonly wish: RecordingsWish }) {
  const queries = useQueryClient();
  const list = recordingsQuery(wish);
  const now = () => queries.getQueryData<Pages<RecordingPage>>(list.queryKey);
  useQuery({
    queryKey: ['recordings', 'first-page', wish],
    initialData: null,
    initialDataUpdatedAt: () => queries.getQueryState(list.queryKey)?.dataUpdatedAt,
    queryFn: async ({ signal }) => {
      const fresh = await list.queryFn({ signal, pageParam: null });
      const before = now();
      if (before) queries.setQueryData(list.queryKey, withFirstPage(before, fresh));
      return null;
    },
    refetchInterval: () => (now()?.pages[0]?.recordings.some(changes) ? kBusyPollMs : kQuietPollMs),
  });
  return null;
}
