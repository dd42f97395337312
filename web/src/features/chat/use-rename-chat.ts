import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sentenceOf } from '../../api/api-error';
import { type Chat, type ChatPage, chatQuery, chatsQuery, renameChat } from '../../api/chats';
import { mapPages, type Pages } from '../../api/pages';
import { isolated } from '../../media/text';
import { toasts } from '../../ui/toasts';

/** Shows the new title at once. When the server refuses, shows the old one again, with a sentence. */
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
