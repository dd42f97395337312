import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { type Chat, chatsQuery } from '../../api/chats';
import { useRemoved } from '../../ui/use-removed';

/** The key under which a chat is hidden while its deletion can be undone. */
export const chatRemovalKey = (chatId: string) => `chat:${chatId}`;

/** How often the list is loaded while a chat is live, in any tab or browser. */
const kLivePollMs = 5_000;

type Chats = {
  /** Without chats that were just deleted; undefined until the list is known. */
  readonly chats: readonly Chat[] | undefined;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly loadMore: () => void;
};

/** The chats of all pages that were loaded so far. */
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
