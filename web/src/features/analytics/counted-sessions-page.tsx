import { useInfiniteQuery } from '@tanstack/react-query';
import { Play, SearchX } from 'lucide-react';
import { useMemo } from 'react';
import { type CountedSession, countedSessionsQuery } from '../../api/analytics';
import { FailedPanel } from '../../ui/failed-panel';
import { formatDuration, formatMoment } from '../../ui/format';
import { MoreRows } from '../../ui/more-rows';
import { Panel } from '../../ui/panel';
import { addresses } from '../../ui/router/addresses';
import { Link } from '../../ui/router/link';
import { useAddress } from '../../ui/router/use-address';
import '../../ui/rows.css';
import { SectionsPage } from '../../ui/sections';
import { Skeleton } from '../../ui/skeleton';
import './analytics.css';
import { sessionsWishOf, sessionsWords } from './sessions-address';
import { ms } from './sheet';

/** The live sessions behind a number of the analytics. */
export function CountedSessionsPage() {
  const search = useAddress((address) => address.search);
  const wish = useMemo(() => sessionsWishOf(search), [search]);
  const list = useInfiniteQuery(countedSessionsQuery(wish));
  const sessions = list.data?.pages.flatMap((page) => page.sessions);
  const now = new Date();
  return (
    <SectionsPage title={`Sessions ${sessionsWords(wish)}`.trim()}>
      <p className="chart__words">
        {wish.from && wish.before
          ? `From ${formatMoment(wish.from, now)} to ${formatMoment(wish.before, now)}. `
          : ''}
        <Link to="/analytics">All numbers</Link>
      </p>
      {list.error && !sessions ? (
        <FailedPanel
          title="The sessions could not be loaded"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      {!sessions && !list.error ? <Skeleton height="120px" /> : null}
      {sessions?.length === 0 && !list.hasNextPage ? (
        <Panel icon={<SearchX aria-hidden />} title="No session is like that">
          It may have been deleted since.
        </Panel>
      ) : null}
      <ul className="rows" aria-label="Sessions">
        {(sessions ?? []).map((session) => (
          <SessionRow key={session.live_session_id} session={session} now={now} />
        ))}
      </ul>
      <MoreRows
        hasMore={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      >
        Show more
      </MoreRows>
    </SectionsPage>
  );
}

const kEnds: Readonly<Record<string, string>> = {
  hangup: 'hung up',
  lost: 'connection lost',
  error: 'ended by an error',
  never_connected: 'nobody was reached',
  abandoned: 'left without a word',
};

function SessionRow({ session, now }: { readonly session: CountedSession; readonly now: Date }) {
  const { counts, lengths, recording_id, chat_id } = session;
  const facts = [
    session.model,
    session.reason === null ? 'live now' : (kEnds[session.reason] ?? session.reason),
    lengths.gap_ms.p50 === null ? '' : `median gap ${ms(lengths.gap_ms.p50)}`,
    counts.interruptions ? `${counts.interruptions} interrupted` : '',
    counts.reconnects ? `${counts.reconnects} connected again` : '',
  ];
  return (
    <li>
      <div>
        <strong>{formatMoment(session.started_at, now)}</strong>
        <small>{facts.filter((fact) => fact !== '').join(' · ')}</small>
      </div>
      <div className="rows__acts">
        {recording_id ? (
          <Link className="button button--line" to={addresses.recording(recording_id)}>
            <Play aria-hidden /> Play
            {counts.length_ms ? ` ${formatDuration(counts.length_ms)}` : ''}
          </Link>
        ) : null}
        {!recording_id && chat_id ? <Link to={addresses.chat(chat_id)}>Open its chat</Link> : null}
        {!recording_id && !chat_id ? <small>Somebody else’s</small> : null}
      </div>
    </li>
  );
}
