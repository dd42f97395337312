import { ours } from './api-error';
import type { Chat } from './chats';
import { body, client } from './client';
import type { components } from './schema';

export type Answerer = components['schemas']['Answerer'];
export type Context = components['schemas']['Context'];
type Signal = { readonly signal: AbortSignal };

const kFreshMs = 5 * 60_000;

/** Who can answer what is typed, the usual one first. */
export const answerersQuery = {
  queryKey: ['answerers'] as const,
  staleTime: kFreshMs,
  queryFn: async ({ signal }: Signal): Promise<readonly Answerer[]> =>
    ours(body(await client.GET('/api/answerers', { signal })), ({ answerers }) =>
      Array.isArray(answerers),
    ).answerers,
};

/** What the model gets above a further message that hangs on `after`. */
export const contextQuery = (chatId: string, after: string | null) => ({
  queryKey: ['chats', chatId, 'context', after] as const,
  queryFn: async ({ signal }: Signal): Promise<Context> =>
    ours(
      body(
        await client.GET('/api/chats/{chat_id}/context', {
          params: { path: { chat_id: chatId }, query: after === null ? {} : { after } },
          signal,
        }),
      ),
      ({ turns }) => Array.isArray(turns),
    ),
});

export type LiveContext = components['schemas']['LiveContext'];

/** What a live session of the chat is told first. */
export const liveContextQuery = (chatId: string) => ({
  queryKey: ['chats', chatId, 'live-context'] as const,
  staleTime: 0,
  gcTime: 0,
  retry: false,
  queryFn: async ({ signal }: Signal): Promise<LiveContext> =>
    ours(
      body(
        await client.GET('/api/chats/{chat_id}/live-context', {
          params: { path: { chat_id: chatId } },
          signal,
        }),
      ),
      ({ turns }) => Array.isArray(turns),
    ),
});

type Change = components['schemas']['ChatRename'];

export const changeChat = async (chatId: string, change: Change): Promise<Chat> =>
  ours(
    body(
      await client.PATCH('/api/chats/{chat_id}', {
        params: { path: { chat_id: chatId } },
        body: change,
      }),
    ),
    ({ id }) => id === chatId,
  );
