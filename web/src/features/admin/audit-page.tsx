import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ScrollText, SearchX } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { meQuery } from '../../api/account';
import { type AuditEntry, auditQuery } from '../../api/audit';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { formatDay } from '../../ui/format';
import { MoreRows } from '../../ui/more-rows';
import { Panel } from '../../ui/panel';
import { useRouter } from '../../ui/router/router-context';
import { useAddress } from '../../ui/router/use-address';
import '../../ui/rows.css';
import { SectionsPage } from '../../ui/sections';
import { Skeleton } from '../../ui/skeleton';
import './admin.css';
import { AuditExport } from './audit-export';
import { AuditFilterBar } from './audit-filter-bar';
import {
  type AuditFilters,
  auditAddress,
  auditFiltersOf,
  auditWishOf,
  isNarrowed,
  kNoFilters,
} from './audit-filters';
import { AuditRow } from './audit-row';
import { usersIn } from './audit-words';
import { ForAdmins } from './for-admins';
import { useNames } from './use-names';

const kNothing: readonly AuditEntry[] = [];

/** Who did what, the newest first. For admins. */
export const AuditPage = () => (
  <ForAdmins title="Audit log">
    <AuditLog />
  </ForAdmins>
);

function AuditLog() {
  const router = useRouter();
  const search = useAddress((address) => address.search);
  const filters = useMemo(() => auditFiltersOf(search), [search]);
  const wish = useMemo(() => auditWishOf(filters), [filters]);
  const { data: me } = useQuery(meQuery);
  const list = useInfiniteQuery(auditQuery(wish));
  const entries = useMemo(() => list.data?.pages.flatMap((page) => page.entries), [list.data]);
  const named = useMemo(
    () => [...(entries ?? kNothing).flatMap(usersIn), ...(filters.actor ? [filters.actor] : [])],
    [entries, filters.actor],
  );
  const nameOf = useNames(named);
  const change = useCallback(
    (next: AuditFilters) => router.go(auditAddress(next), { replace: true }),
    [router],
  );
  return (
    <SectionsPage title="Audit log" actions={<AuditExport key={search} wish={wish} />}>
      <AuditFilterBar filters={filters} nameOf={nameOf} onChange={change} />
      <HowItIsKept />
      {daysOf(entries ?? kNothing, new Date()).map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <h2 className="audit__day">{day}</h2>
          <ul className="rows audit__rows">
            {ofDay.map((entry) => (
              <AuditRow
                key={entry.id}
                entry={entry}
                meId={me?.id ?? ''}
                nameOf={nameOf}
                onNarrow={(part) => change({ ...filters, ...part })}
              />
            ))}
          </ul>
        </section>
      ))}
      <State list={list} empty={entries?.length === 0} filters={filters} onChange={change} />
    </SectionsPage>
  );
}

/** Entries by the day on which they were written, in the order of the list. */
function daysOf(entries: readonly AuditEntry[], now: Date): [string, AuditEntry[]][] {
  const days: [string, AuditEntry[]][] = [];
  for (const entry of entries) {
    const day = formatDay(entry.at, now);
    const last = days.at(-1);
    if (last?.[0] === day) last[1].push(entry);
    else days.push([day, [entry]]);
  }
  return days;
}

type StateProps = {
  readonly list: {
    readonly error: unknown;
    readonly data: unknown;
    readonly refetch: () => unknown;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
  readonly empty: boolean;
  readonly filters: AuditFilters;
  readonly onChange: (filters: AuditFilters) => void;
};

/** The end of the list, or what there is in its place. */
function State({ list, empty, filters, onChange }: StateProps) {
  if (!list.data) {
    if (!list.error) return <Skeleton height="240px" />;
    return (
      <FailedPanel
        title="The audit log could not be read"
        error={list.error}
        onRetry={() => void list.refetch()}
      />
    );
  }
  if (!empty) {
    return (
      <MoreRows
        hasMore={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      >
        Show older entries
      </MoreRows>
    );
  }
  if (!isNarrowed(filters)) {
    return (
      <Panel icon={<ScrollText aria-hidden />} title="Nothing is written down yet">
        Each login, live session, view and deletion appears here, and what admins do.
      </Panel>
    );
  }
  return (
    <Panel
      icon={<SearchX aria-hidden />}
      title="Nothing matches these filters"
      actions={
        <Button variant="line" onClick={() => onChange(kNoFilters)}>
          Show everything
        </Button>
      }
    >
      Choose another person, deed or time.
    </Panel>
  );
}

const HowItIsKept = () => (
  <details className="audit__kept">
    <summary>How the log is kept, and how to check it</summary>
    <p>
      An entry is never changed and never removed, and holds no content: no words, no names, only
      ids. About a second after it is written it gets its place in a chain: its hash covers all
      entries before it, so that a changed, removed or added one is found.
    </p>
    <p>On the machine of the server this follows the whole chain:</p>
    <pre className="sections__code">
      <code>reprise audit verify</code>
    </pre>
    <p>
      It says whether the chain holds, and prints its end as <code>NUMBER:HASH</code>. Write that
      down somewhere else from time to time. With <code>--known NUMBER:HASH</code> it then also
      finds that entries were cut off at the end, or that the whole log was written anew.
    </p>
  </details>
);
