import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, sentenceOf } from '../../api/api-error';
import { chatQuery, chatsQuery, type Message, messagesQuery } from '../../api/chats';
import { regenerateAnswer, removeMessage, stopAnswer } from '../../api/messages';
import { mapPages, type Pages } from '../../api/pages';
import type { components } from '../../api/schema';
import { removals } from '../../ui/removals';
import { toasts } from '../../ui/toasts';
import { messageRemovalKey, messagesIn, withoutRemoved } from './branches';

type MessagePage = components['schemas']['MessageList'];

/** Puts messages into the thread: those that are there are replaced, others come after the newest. */
export function putMessages(queries: QueryClient, chatId: string, some: readonly Message[]): void {
  put(queries, chatId, some);
  // An earlier page that comes now would bring the thread as it was before.
  const { queryKey } = messagesQuery(chatId);
  const thread = queries.getQueryCache().find({ queryKey, exact: true });
  if (thread?.state.fetchStatus !== 'fetching') return;
  void thread.promise?.catch(() => undefined).then(() => put(queries, chatId, some));
}

function put(queries: QueryClient, chatId: string, some: readonly Message[]): void {
  queries.setQueryData<Pages<MessagePage>>(messagesQuery(chatId).queryKey, (list) => {
    if (!list) return list;
    const fresh = new Map(some.map((message) => [message.id, message]));
    const replaced = mapPages(list, (page) => ({
      ...page,
      messages: page.messages.map((old) => {
        const message = fresh.get(old.id) ?? old;
        fresh.delete(old.id);
        return message;
      }),
    }));
    const [newest, ...older] = replaced?.pages ?? [];
    if (!replaced || !newest) return list;
    const messages = [...newest.messages, ...fresh.values()];
    return { ...replaced, pages: [{ ...newest, messages }, ...older] };
  });
}

/** The list of chats shows titles and the last use, which an answer may have changed. */
export function refreshChat(queries: QueryClient, chatId: string): void {
  for (const queryKey of [chatsQuery.queryKey, chatQuery(chatId).queryKey]) {
    void queries.invalidateQueries({ queryKey, exact: true });
  }
}

const say = (what: string) => (error: unknown) =>
  toasts.show(`${what} ${sentenceOf(error)}`, { tone: 'error' });

export function useStop(chatId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: stopAnswer,
    onSuccess: (message) => putMessages(queries, chatId, [message]),
    onError: say('The answer was not stopped.'),
  });
}

export function useRegenerate(chatId: string, onBegun: (answer: Message) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: regenerateAnswer,
    onSuccess: (message) => {
      onBegun(message);
      putMessages(queries, chatId, [message]);
    },
    onError: say('There is no further answer.'),
  });
}

/** Hides a text with what hangs on it, and offers Undo. After that the server removes them. */
export function useRemoveMessage() {
  const queries = useQueryClient();
  return (message: Message) =>
    removals.remove({
      keys: [messageRemovalKey(message.id)],
      text: 'Message deleted, with what follows',
      paths: [`/api/chats/${message.chat_id}/messages/${message.id}`],
      commit: async (leaving) => {
        await removeMessage(message, leaving).catch((error: unknown) => {
          if (!(error instanceof ApiError && error.status === 404)) throw error;
        });
        // Loading all pages of a long thread again would take long.
        queries.setQueryData<Pages<MessagePage>>(
          messagesQuery(message.chat_id).queryKey,
          (list) => {
            const all = list ? messagesIn(list) : [];
            const kept = new Map(
              withoutRemoved(all, (id) => id === message.id).map((one) => [one.id, one]),
            );
            return mapPages(list, (page) => ({
              ...page,
              messages: page.messages.flatMap(({ id }) => kept.get(id) ?? []),
            }));
          },
        );
      },
      failure: (error) => `The message was not deleted. ${sentenceOf(error)}`,
    });
}
