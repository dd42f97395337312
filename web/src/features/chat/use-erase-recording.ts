import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sentenceOf } from '../../api/api-error';
import type { Pages } from '../../api/pages';
import {
  eraseRecording,
  type RecordingPage,
  recordingListsKey,
  withoutRecordings,
} from '../../api/recordings';
import { removals } from '../../ui/removals';
import { focusBeside, focusFirstOf } from '../../ui/row-focus';

/** The key under which a recording is hidden while its deletion can be undone. */
export const recordingRemovalKey = (recordingId: string) => `recording:${recordingId}`;

/**
 * Hides recordings at once and offers one Undo for all. After that the server erases them. `onUndo`: they are shown
 * again; without it, the row of the first one gets the focus.
 */
export function useEraseRecordings() {
  const queries = useQueryClient();
  return useCallback(
    (recordingIds: readonly string[], onUndo?: () => void) => {
      if (recordingIds.length === 0) return;
      const one = recordingIds.length === 1;
      const keys = recordingIds.map(recordingRemovalKey);
      focusBeside(keys);
      removals.remove({
        keys,
        onUndo: onUndo ?? (() => focusFirstOf(keys)),
        text: one ? 'Recording deleted' : `${recordingIds.length} recordings deleted`,
        commit: async (leaving) => {
          await Promise.all(recordingIds.map((id) => eraseRecording(id, leaving)));
          // Loading all pages of a long list again would take long.
          queries.setQueriesData<Pages<RecordingPage>>(
            { queryKey: recordingListsKey },
            (list) => list && withoutRecordings(list, ({ id }) => recordingIds.includes(id)),
          );
          for (const id of recordingIds) queries.removeQueries({ queryKey: ['recordings', id] });
          await queries.invalidateQueries({ queryKey: ['chats'] });
          await queries.invalidateQueries({ queryKey: ['about'] });
        },
        failure: (error) =>
          `${one ? 'The recording was not' : 'Not all recordings were'} deleted. ${sentenceOf(error)}`,
      });
    },
    [queries],
  );
}
