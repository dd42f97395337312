import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sentenceOf } from '../../api/api-error';
import type { Pages } from '../../api/pages';
import {
  eraseRecording,
  type Recording,
  type RecordingPage,
  recordingListsKey,
  withoutRecordings,
} from '../../api/recordings';
import { deletedName } from '../../ui/deleted-name';
import { removals } from '../../ui/removals';
import { focusBeside, focusFirstOf } from '../../ui/row-focus';
import { chatRemovalKey } from './use-chats';

/** The key under which a recording is hidden while its deletion can be undone. */
export const recordingRemovalKey = (recordingId: string) => `recording:${recordingId}`;

/** A recording is hidden while one of these is: itself, or its chat. */
export const recordingRemovalKeys = ({ id, chat_id: chat }: Recording): readonly string[] =>
  chat === null ? [recordingRemovalKey(id)] : [recordingRemovalKey(id), chatRemovalKey(chat)];

/**
 * Hides recordings at once and offers one Undo for all. After that the server erases them. `onUndo`: they are shown
 * again; without it, the row of the first one gets the focus.
 */
export function useEraseRecordings() {
  const queries = useQueryClient();
  return useCallback(
    (recordings: readonly Recording[], onUndo?: () => void) => {
      if (recordings.length === 0) return;
      const recordingIds = recordings.map(({ id }) => id);
      const one = recordings.length === 1;
      const name = deletedName(recordings);
      const keys = recordingIds.map(recordingRemovalKey);
      focusBeside(keys);
      removals.remove({
        keys,
        onUndo: onUndo ?? (() => focusFirstOf(keys)),
        text: `${name} deleted`,
        paths: recordingIds.map((id) => `/api/recordings/${id}`),
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
          one
            ? `${name} was not deleted. ${sentenceOf(error)}`
            : `Not all were deleted of ${name}. ${sentenceOf(error)}`,
      });
    },
    [queries],
  );
}
