import { useQuery } from '@tanstack/react-query';
import { type Chat, chatsQuery } from '../../api/chats';
import { useRemoved } from '../../ui/use-removed';

/** The key under which a chat is hidden while its deletion can be undone. */
export const chatRemovalKey = (chatId: string) => `chat:${chatId}`;

/** How often the list is asked for while somebody talks in one of them, in any tab or browser. */
const kLivePollMs = 5_000;

/** All chats without those that were just deleted; undefined until they are known. */
export function useChats(): readonly Chat[] | undefined {
  const removed = useRemoved();
  const { data } = useQuery({
    ...chatsQuery,
    refetchInterval: ({ state }) => (state.data?.some(({ live }) => live) ? kLivePollMs : false),
  });
  return data?.filter((chat) => !removed.has(chatRemovalKey(chat.id)));
}
