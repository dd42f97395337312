import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { chatQuery } from '../api/chats';
import { addresses } from '../ui/router/addresses';
import { useRouter } from '../ui/router/router-context';

/**
 * Leads from the page of one's own chats to that of shared ones, where one can only look, and back: an address may come
 * from somebody else. True: the page that asks is the wrong one.
 */
export function useRightChatPage(chatId: string, page: 'own' | 'shared'): boolean {
  const router = useRouter();
  const { data: chat } = useQuery(chatQuery(chatId));
  const wrong = chat !== undefined && (chat.shared === null) !== (page === 'own');
  useEffect(() => {
    if (!wrong) return;
    const right = page === 'own' ? addresses.sharedChat(chatId) : addresses.chat(chatId);
    router.go(right, { replace: true });
  }, [wrong, page, chatId, router]);
  return wrong;
}
