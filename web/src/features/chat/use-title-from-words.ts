import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { chatQuery, chatsQuery } from '../../api/chats';

/**
 * The first words of a session become the title of a chat without one. They are known when it has ended and was folded,
 * which may take less time than there is between two looks from another tab: then only `unfinished` changes.
 */
export function useTitleFromWords(chatId: string, unfinished: boolean): void {
  const queries = useQueryClient();
  const was = useRef({ chatId, unfinished });
  useEffect(() => {
    if (was.current.chatId === chatId && was.current.unfinished && !unfinished) {
      for (const queryKey of [chatsQuery.queryKey, chatQuery(chatId).queryKey]) {
        void queries.invalidateQueries({ queryKey, exact: true });
      }
    }
    was.current = { chatId, unfinished };
  }, [queries, chatId, unfinished]);
}
