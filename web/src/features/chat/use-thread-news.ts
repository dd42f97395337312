import { focusManager, onlineManager, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Message } from '../../api/chats';
import { refreshOldThread, refreshSessions } from '../../ui/thread-news';

/** How often a live session is asked for while it runs, and while its length and words are not known yet. */
const kRunningPollMs = 2_000;
const kFoldingPollMs = 500;

const isRunning = ({ live_session: session }: Message) =>
  session?.state === 'live' || session?.recording?.state === 'recording';
const isFolding = ({ live_session: session }: Message) => {
  const recording = session?.recording;
  const whole = recording?.state === 'complete' || recording?.state === 'complete_with_gaps';
  return whole && recording.duration_ms === null;
};

/**
 * Keeps a thread as it is on the server: its newest page when somebody comes back to it, and each live session that is
 * not settled. Returns whether there is one. `messages`: what is loaded.
 */
export function useThreadNews(chatId: string, messages: readonly Message[] | undefined): boolean {
  const queries = useQueryClient();
  useEffect(() => {
    const look = () => void refreshOldThread(queries, chatId);
    look();
    const leaving = [
      focusManager.subscribe((focused) => focused && look()),
      onlineManager.subscribe((online) => online && look()),
    ];
    return () => {
      for (const leave of leaving) leave();
    };
  }, [queries, chatId]);

  const unsettled = messages?.filter((one) => isRunning(one) || isFolding(one)) ?? [];
  const ids = unsettled.flatMap(({ live_session: session }) => session?.id ?? []);
  useQuery({
    queryKey: ['unsettled-sessions', chatId, ids],
    queryFn: async ({ signal }) => {
      await refreshSessions(queries, chatId, ids, signal);
      return null;
    },
    enabled: ids.length > 0,
    refetchInterval: unsettled.some(isFolding) ? kFoldingPollMs : kRunningPollMs,
    gcTime: 0,
  });
  return unsettled.length > 0;
}
