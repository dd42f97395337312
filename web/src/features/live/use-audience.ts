import { useQuery } from '@tanstack/react-query';
import type { About } from '../../api/about';
import { sharesQuery } from '../../api/shares';
import { audienceSentence } from '../../ui/share-words';

/**
 * Who will see what is recorded in a chat (null: a new one), as a sentence. Null: nothing can be shared here. Undefined: it
 * is not known yet.
 */
export function useAudience(
  chatId: string | null,
  about: Pick<About, 'sharing'> | undefined,
): string | null | undefined {
  const on = about?.sharing === 'users' || about?.sharing === 'links';
  const { data, error } = useQuery({
    ...sharesQuery({ kind: 'chat', id: chatId ?? '' }),
    enabled: on && chatId !== null,
  });
  if (!on) return null;
  if (chatId === null) return audienceSentence([], new Date());
  if (data) return audienceSentence(data, new Date());
  return error ? 'You, and those with whom this chat is shared.' : undefined;
}
