import { useQuery, useQueryClient } from '@tanstack/react-query';
import { aboutQuery } from '../api/about';
import type { Pages } from '../api/pages';
import { type RecordingPage, recordingListsKey } from '../api/recordings';
import { recordingRemovalKey, recordingRemovalKeys } from '../features/chat/use-erase-recording';
import { useRemoved } from '../ui/use-removed';

/**
 * How many recordings there are, without those whose deletion can still be undone; null while that is not known. Of a
 * deleted chat it knows the recordings that were listed somewhere.
 */
export function useRecordingCount(): number | null {
  const { data: about } = useQuery(aboutQuery);
  const queries = useQueryClient();
  const removed = useRemoved();
  if (!about) return null;
  if (removed.size === 0) return about.storage.recordings;
  const ofRecordings = recordingRemovalKey('');
  const hidden = new Set([...removed].filter((key) => key.startsWith(ofRecordings)));
  const lists = queries.getQueriesData<Pages<RecordingPage>>({ queryKey: recordingListsKey });
  for (const recording of lists.flatMap(([, list]) => list?.pages ?? []).flatMap(recordingsOf)) {
    const [own = '', ...others] = recordingRemovalKeys(recording);
    if (others.some((key) => removed.has(key))) hidden.add(own);
  }
  return Math.max(0, about.storage.recordings - hidden.size);
}

const recordingsOf = (page: RecordingPage) => page.recordings;
