/** What changed in a thread, without loading again the pages that were loaded before. */
import type { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error';
import { type Message, messagesQuery, newestPage } from '../api/chats';
import { getLiveSession, type LiveSessionState } from '../api/live-sessions';
import { mapPages, type Pages } from '../api/pages';
import type { components } from '../api/schema';

type MessagePage = components['schemas']['MessageList'];
type Thread = Pages<MessagePage>;

/** A thread that was loaded within this time is not asked again when somebody comes back to it. */
const kFreshMs = 1_000;
/** A thread that changes again and again while its newest page comes is left to the next look. */
const kTriesMax = 3;

/**
 * The thread with its newest page as it is now: what is not in it any more is gone, everything before it stays. Null
 * when the two do not meet, so that messages between them would be missing.
 */
export function withNewest(thread: Thread, newest: MessagePage): Thread | null {
  const [first, ...earlier] = thread.pages;
  if (!first || newest.next_cursor === null) {
    return { pages: [newest], pageParams: thread.pageParams.slice(0, 1) };
  }
  const oldest = newest.messages[0]?.id;
  const meets = (page: MessagePage) => page.messages.findIndex(({ id }) => id === oldest);
  const at = meets(first);
  if (at >= 0) {
    const messages = [...first.messages.slice(0, at), ...newest.messages];
    return { ...thread, pages: [{ ...first, messages }, ...earlier] };
  }
  // Something of the first page was deleted, and the newest page reaches into the one before.
  const [second, ...rest] = earlier;
  const place = second ? meets(second) : -1;
  if (!second || place < 0) return null;
  const pages = [newest, { ...second, messages: second.messages.slice(0, place) }, ...rest];
  return { ...thread, pages };
}

const threadOf = (queries: QueryClient, chatId: string) =>
  queries.getQueryCache().find<Thread>({ queryKey: messagesQuery(chatId).queryKey, exact: true });

/** Until nothing loads pages of the thread, whose answer would undo what is put into it. */
const loaded = async (queries: QueryClient, chatId: string) => {
  const thread = threadOf(queries, chatId);
  if (thread?.state.fetchStatus === 'fetching') await thread.promise?.catch(() => undefined);
};

/** Loads the newest page of a thread that was loaded before, and puts it in. Fails silently: the next look shows it. */
export async function refreshThread(queries: QueryClient, chatId: string): Promise<void> {
  const { queryKey } = messagesQuery(chatId);
  for (let tries = 0; tries < kTriesMax; tries += 1) {
    await loaded(queries, chatId);
    const before = queries.getQueryData<Thread>(queryKey);
    if (!before) return queries.refetchQueries({ queryKey, exact: true });
    const newest = await newestPage(chatId).catch(() => null);
    if (!newest) return;
    await loaded(queries, chatId);
    if (queries.getQueryData<Thread>(queryKey) !== before) continue;
    const now = withNewest(before, newest);
    if (!now) return queries.refetchQueries({ queryKey, exact: true });
    queries.setQueryData<Thread>(queryKey, now);
    return;
  }
}

/** The same for a thread that somebody comes back to. */
export const refreshOldThread = async (queries: QueryClient, chatId: string): Promise<void> => {
  const thread = threadOf(queries, chatId);
  const age = Date.now() - (thread?.state.dataUpdatedAt ?? 0);
  if (thread?.state.data && age > kFreshMs) await refreshThread(queries, chatId);
};

/** Whether it is the key of a thread. */
export const isThreadKey = (key: readonly unknown[]): boolean =>
  key[0] === 'chats' && key[2] === 'messages';

/** All threads that are on the screen. */
export const refreshThreads = async (queries: QueryClient): Promise<void> => {
  const shown = queries
    .getQueryCache()
    .findAll({ type: 'active', predicate: ({ queryKey }) => isThreadKey(queryKey) });
  await Promise.all(shown.map(({ queryKey }) => refreshThread(queries, String(queryKey[1]))));
};

/** Puts the state of these live sessions into the thread. */
function putSessions(
  queries: QueryClient,
  chatId: string,
  sessions: readonly LiveSessionState[],
): void {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const put = (message: Message): Message => {
    const now = byId.get(message.live_session?.id ?? '');
    return now ? { ...message, live_session: now } : message;
  };
  queries.setQueryData<Thread>(messagesQuery(chatId).queryKey, (thread) =>
    mapPages(thread, (page) => ({ ...page, messages: page.messages.map(put) })),
  );
}

/** Asks for the state of live sessions alone, and puts it into the thread. */
export async function refreshSessions(
  queries: QueryClient,
  chatId: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const asked = await Promise.allSettled(ids.map((id) => getLiveSession(id, signal)));
  await loaded(queries, chatId);
  const sessions = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  putSessions(queries, chatId, sessions);
  const gone = asked.some(
    (one) =>
      one.status === 'rejected' && one.reason instanceof ApiError && one.reason.status === 404,
  );
  if (gone) await queries.refetchQueries({ queryKey: messagesQuery(chatId).queryKey, exact: true });
}
