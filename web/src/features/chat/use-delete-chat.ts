import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ApiError, sentenceOf } from '../../api/api-error';
import { type Chat, type ChatPage, chatsQuery, deleteChat } from '../../api/chats';
import { mapPages, type Pages } from '../../api/pages';
import { type RecordingPage, recordingListsKey, withoutRecordings } from '../../api/recordings';
import { isolated } from '../../media/text';
import { removals } from '../../ui/removals';
import { focusBeside, focusFirstOf } from '../../ui/row-focus';
import { chatRemovalKey } from './use-chats';

/**
 * Hides the chat at once and offers Undo. After that the server deletes the chat with its recordings. `onUndo`: the
 * chat is shown again.
 */
export function useDeleteChat() {
  const queries = useQueryClient();
  return useCallback(
    (chat: Chat, onUndo: () => void) => {
      const key = chatRemovalKey(chat.id);
      focusBeside([key]);
      removals.remove({
        keys: [key],
        onUndo: () => {
          focusFirstOf([key]);
          onUndo();
        },
        text: `“${isolated(chat.title)}” deleted`,
        paths: [`/api/chats/${chat.id}`],
        commit: async (leaving) => {
          await deleteChat(chat.id, leaving).catch((error: unknown) => {
            if (!(error instanceof ApiError && error.status === 404)) throw error;
          });
          queries.setQueryData<Pages<ChatPage>>(chatsQuery.queryKey, (list) =>
            mapPages(list, (page) => ({
              ...page,
              chats: page.chats.filter((other) => other.id !== chat.id),
            })),
          );
          queries.removeQueries({ queryKey: ['chats', chat.id] });
          queries.setQueriesData<Pages<RecordingPage>>(
            { queryKey: recordingListsKey },
            (list) => list && withoutRecordings(list, ({ chat_id }) => chat_id === chat.id),
          );
          await queries.invalidateQueries({ queryKey: ['about'] });
        },
        failure: (error) => `“${isolated(chat.title)}” was not deleted. ${sentenceOf(error)}`,
      });
    },
    [queries],
  );
}
