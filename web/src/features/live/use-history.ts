import { useQuery } from '@tanstack/react-query';
import { type LiveContext, liveContextQuery } from '../../api/answerers';

/**
 * What a live session of this chat (null: a new one) can be told first. Null: nothing, also when it cannot be loaded.
 * Undefined: it is not known yet.
 */
export function useHistory(chatId: string | null): LiveContext | null | undefined {
  const { data, error } = useQuery({ ...liveContextQuery(chatId ?? ''), enabled: chatId !== null });
  if (chatId === null || error) return null;
  if (!data) return undefined;
  return data.turns.length > 0 ? data : null;
}
