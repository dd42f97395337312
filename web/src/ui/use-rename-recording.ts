import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sentenceOf } from '../api/api-error';
import { mapPages, type Pages } from '../api/pages';
import {
  type Recording,
  type RecordingPage,
  type RecordingView,
  recordingListsKey,
  recordingQuery,
  renameRecording,
} from '../api/recordings';
import { isolated } from '../media/text';
import { toasts } from './toasts';

/** Shows the new title at once in all places. When the server refuses, shows the old title again, with a sentence. */
export function useRenameRecording() {
  const queries = useQueryClient();
  const put = (recordingId: string, title: string | null) => {
    const named = (one: Recording) => (one.id === recordingId ? { ...one, title } : one);
    queries.setQueriesData<Pages<RecordingPage>>({ queryKey: recordingListsKey }, (list) =>
      mapPages(list, (page) => ({ ...page, recordings: page.recordings.map(named) })),
    );
    queries.setQueryData<RecordingView>(
      recordingQuery(recordingId).queryKey,
      (view) => view && { ...view, recording: named(view.recording) },
    );
  };
  const mutation = useMutation({
    mutationFn: ({ recording, title }: { recording: Recording; title: string }) =>
      renameRecording(recording.id, title),
    onMutate: ({ recording, title }) => put(recording.id, title),
    onError: (error, variables) => {
      put(variables.recording.id, variables.recording.title);
      toasts.show(`“${isolated(variables.title)}” was not saved. ${sentenceOf(error)}`, {
        tone: 'error',
        action: { label: 'Try again', run: () => mutation.mutate(variables) },
      });
    },
    onSuccess: ({ id, title }) => put(id, title),
    // Threads show the titles of recordings, too.
    onSettled: () => queries.invalidateQueries({ queryKey: ['chats'] }),
  });
  const { mutate } = mutation;
  return useCallback(
    (recording: Recording, title: string) => mutate({ recording, title }),
    [mutate],
  );
}
