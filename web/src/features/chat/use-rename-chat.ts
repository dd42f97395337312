import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sentenceOf } from '../../api/api-error';
import { type Chat, type ChatPage, chatQuery, chatsQuery, renameChat } from '../../api/chats';
import { mapPages, type Pages } from '../../api/pages';
import {
  type Recording,
  type RecordingPage,
  type RecordingView,
  recordingListsKey,
} from '../../api/recordings';
import { isolated } from '../../media/text';
import { toasts } from '../../ui/toasts';

/** Recordings say to which chat they belong. */
function nameRecordings(queries: QueryClient, chatId: string, title: string): void {
  const named = <T extends Pick<Recording, 'chat_id' | 'chat_title'>>(one: T) =>
    one.chat_id === chatId ? { ...one, chat_title: title } : one;
  queries.setQueriesData<Pages<RecordingPage>>({ queryKey: recordingListsKey }, (list) =>
    mapPages(list, (page) => ({ ...page, recordings: page.recordings.map(named) })),
  );
  // Whatever has another form than a view stays as it is.
  queries.setQueriesData<Partial<RecordingView>>({ queryKey: ['recordings'] }, (view) =>
    view?.recording?.chat_id === chatId
      ? { ...view, chat_title: title, recording: named(view.recording) }
      : view,
  );
}

/** Shows the new title at once in all places. When the server refuses, shows the old one again, with a sentence. */
export function useRenameChat() {
  const queries = useQueryClient();
  const put = (chatId: string, name: Pick<Chat, 'title' | 'untitled'>) => {
    queries.setQueryData<Pages<ChatPage>>(chatsQuery.queryKey, (list) =>
      mapPages(list, (page) => ({
        ...page,
        chats: page.chats.map((chat) => (chat.id === chatId ? { ...chat, ...name } : chat)),
      })),
    );
    queries.setQueryData<Chat>(chatQuery(chatId).queryKey, (chat) => chat && { ...chat, ...name });
    nameRecordings(queries, chatId, name.title);
  };
  const mutation = useMutation({
    mutationFn: ({ chat, title }: { chat: Chat; title: string }) => renameChat(chat.id, title),
    onMutate: ({ chat, title }) => put(chat.id, { title, untitled: false }),
    onError: (error, variables) => {
      const { title, untitled } = variables.chat;
      put(variables.chat.id, { title, untitled });
      toasts.show(`“${isolated(variables.title)}” was not saved. ${sentenceOf(error)}`, {
        tone: 'error',
        action: { label: 'Try again', run: () => mutation.mutate(variables) },
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: chatsQuery.queryKey, exact: true }),
  });
  const { mutate } = mutation;
  return useCallback((chat: Chat, title: string) => mutate({ chat, title }), [mutate]);
}
