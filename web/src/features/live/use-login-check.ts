import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { meQuery } from '../../api/account';
import type { LiveSession, OrphanProgress } from '../../media/live-session';

/**
 * Asks the server who is logged in as soon as uploads find out that nobody is. Whoever only talks sends nothing else, and
 * would be told much later. The answer, 401, then opens the dialog to log in again.
 */
export function useLoginCheck(
  session: LiveSession | null,
  orphans: readonly OrphanProgress[],
): void {
  const queries = useQueryClient();
  const waits = orphans.some(({ state }) => state === 'waiting');
  useEffect(() => {
    const ask = () => {
      // What it is answered is heard by everybody who wants to know.
      queries.fetchQuery({ ...meQuery, staleTime: 0, retry: false }).catch(() => {});
    };
    if (waits) ask();
    if (!session) return;
    let before = session.snapshot().spool.server;
    return session.subscribe(() => {
      const { server } = session.snapshot().spool;
      if (server === 'login-required' && before !== server) ask();
      before = server;
    });
  }, [queries, session, waits]);
}
