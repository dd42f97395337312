import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sentenceOf } from '../../api/api-error';
import { chatQuery, chatsQuery, createChat } from '../../api/chats';
import { toasts } from '../../ui/toasts';

/** Makes a chat on the server and calls `onCreated` with its id. */
export function useCreateChat(onCreated: (chatId: string) => void) {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: createChat,
    onSuccess: async (chat) => {
      queries.setQueryData(chatQuery(chat.id).queryKey, chat);
      onCreated(chat.id);
      await queries.invalidateQueries({ queryKey: chatsQuery.queryKey, exact: true });
    },
    onError: (error) => {
      toasts.show(`No new chat was made. ${sentenceOf(error)}`, {
        tone: 'error',
        action: { label: 'Try again', run: () => mutation.mutate() },
      });
    },
  });
  return { create: () => mutation.mutate(), creating: mutation.isPending };
}
