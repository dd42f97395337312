import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { type Chat, chatsQuery } from '../../api/chats';
import { useRemoved } from '../../ui/use-removed';

/** The key under which a chat is hidden while its deletion can be undone. */
export const chatRemovalKey = (chatId: string) => `chat:${chatId}`;

/** How often the list is asked for while somebody talks in one of them, in any tab or browser. */
const kLivePollMs = 5_000;

type Chats = {
  /** Without those that were just deleted; undefined until they are known. */
  readonly chats: readonly Chat[] | undefined;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly loadMore: () => void;
};

/** The chats, as many pages of them as were asked for. */
export function useChats(): Chats {
  const removed = useRemoved();
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...chatsQuery,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ chats }) => chats.some(({ live }) => live)) ? kLivePollMs : false,
  });
  const chats = useMemo(
    () =>
      data?.pages
        .flatMap((page) => page.chats)
        .filter((chat) => !removed.has(chatRemovalKey(chat.id))),
    [data, removed],
  );
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return { chats, hasMore: hasNextPage, loadingMore: isFetchingNextPage, loadMore };
}
