import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endAllSessions, endSession, type LoginSession, sessionsQuery } from '../../api/account';
import { sentenceOf } from '../../api/api-error';
import { isolated } from '../../media/text';
import { Button } from '../../ui/button';
import { formatMomentWithin } from '../../ui/format';
import { Skeleton } from '../../ui/skeleton';
import { toasts } from '../../ui/toasts';
import '../../ui/rows.css';
import { loginNews } from './login-news';

const failed = (error: Error) => {
  toasts.show(`The login was not ended. ${sentenceOf(error)}`, { tone: 'error' });
};

/** After the end of this login the page has nothing to show. */
function leave(): void {
  loginNews.tell('left');
  location.replace('/login');
}

/** Where the person is logged in; each login can be ended, or all of them. */
export function SessionsList() {
  const queries = useQueryClient();
  const { data: sessions, error } = useQuery(sessionsQuery);
  const end = useMutation({
    mutationFn: ({ id }: LoginSession) => endSession(id),
    onSuccess: (_, { current }) =>
      current ? leave() : queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
    onError: failed,
  });
  const endAll = useMutation({ mutationFn: endAllSessions, onSuccess: leave, onError: failed });
  if (error && !sessions) return <p>{sentenceOf(error)}</p>;
  if (!sessions) return <Skeleton height="48px" />;
  return (
    <>
      <ul className="rows" aria-label="Logins">
        {sessions.map((session) => (
          <li key={session.id}>
            <p>
              {nameOf(session)}
              <small>{factsOf(session)}</small>
            </p>
            <Button
              variant="line"
              loading={end.isPending && end.variables.id === session.id}
              onClick={() => end.mutate(session)}
            >
              {session.current ? 'Log out here' : 'End this one'}
            </Button>
          </li>
        ))}
      </ul>
      <Button loading={endAll.isPending} onClick={() => endAll.mutate()}>
        End all, this one too
      </Button>
    </>
  );
}

function nameOf({ current, same_browser }: LoginSession): string {
  if (current) return 'This browser, now';
  return same_browser ? 'A browser like this one' : 'Another browser';
}

function factsOf({ created_at, last_used_at, ends_at, address }: LoginSession): string {
  const now = new Date();
  const facts = [
    `Since ${formatMomentWithin(created_at, now)}`,
    `last used ${formatMomentWithin(last_used_at, now)}`,
    `ends ${new Date(ends_at).toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })} at the latest`,
  ];
  if (address) facts.push(`from ${isolated(address)}`);
  return facts.join(' · ');
}
