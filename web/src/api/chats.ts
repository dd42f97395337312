import { ours } from './api-error';
import { body, client, untilGone } from './client';
import { pagedQuery } from './pages';
import type { components } from './schema';

export type Chat = components['schemas']['Chat'];
export type ChatPage = components['schemas']['ChatList'];
export type Message = components['schemas']['Message'];
type MessagePage = components['schemas']['MessageList'];
type Signal = { readonly signal: AbortSignal };

/** The chats, page by page. The chat that was used last comes first. */
export const chatsQuery = pagedQuery(
  ['chats'] as const,
  'chats',
  async (query, signal): Promise<ChatPage> =>
    body(await client.GET('/api/chats', { params: { query }, signal })),
);

export const chatQuery = (chatId: string) => ({
  queryKey: ['chats', chatId] as const,
  queryFn: async ({ signal }: Signal): Promise<Chat> =>
    ours(
      body(
        await client.GET('/api/chats/{chat_id}', { params: { path: { chat_id: chatId } }, signal }),
      ),
      ({ id }) => id === chatId,
    ),
});

/** The most that the server gives at once. */
const kEarlierAtOnce = 200;

/**
 * The thread, page by page, the newest page first. Within a page the oldest message comes first. Its pages are not
 * loaded again by themselves: ui/thread-news.ts loads what changed.
 */
export const messagesQuery = (chatId: string) => ({
  staleTime: Number.POSITIVE_INFINITY,
  ...pagedQuery(
    ['chats', chatId, 'messages'] as const,
    'messages',
    async (query, signal): Promise<MessagePage> =>
      body(
        await client.GET('/api/chats/{chat_id}/messages', {
          params: {
            path: { chat_id: chatId },
            // Who goes up in a long thread gets it in few steps.
            query: query.cursor ? { ...query, limit: kEarlierAtOnce } : query,
          },
          signal,
        }),
      ),
  ),
});

/** The newest messages of a chat, the oldest of them first. */
export const newestPage = async (chatId: string): Promise<MessagePage> =>
  ours(
    body(
      await client.GET('/api/chats/{chat_id}/messages', { params: { path: { chat_id: chatId } } }),
    ),
    ({ messages }) => Array.isArray(messages),
  );

/** Makes an empty chat that the server names "New chat". */
export const createChat = async (): Promise<Chat> =>
  ours(body(await client.POST('/api/chats', { body: {} })), ({ id }) => typeof id === 'string');

export const renameChat = async (chatId: string, title: string): Promise<Chat> =>
  ours(
    body(
      await client.PATCH('/api/chats/{chat_id}', {
        params: { path: { chat_id: chatId } },
        body: { title },
      }),
    ),
    ({ id }) => id === chatId,
  );

/** Deletes for good. With `keepalive` the request outlives the page, which then gets no answer. */
export const deleteChat = async (chatId: string, keepalive = false): Promise<void> => {
  const params = { path: { chat_id: chatId } };
  await client.DELETE('/api/chats/{chat_id}', { params, keepalive });
  if (!keepalive) await untilGone(`/api/chats/${chatId}`);
};
