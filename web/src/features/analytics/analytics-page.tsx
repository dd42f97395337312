import { useQuery } from '@tanstack/react-query';
import { ChartLine, Printer } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { interactionFiles, type Report, reportQuery } from '../../api/analytics';
import { Button } from '../../ui/button';
import { FailedPanel } from '../../ui/failed-panel';
import { PageBar } from '../../ui/page-bar';
import { Panel } from '../../ui/panel';
import { Link } from '../../ui/router/link';
import { useRouter } from '../../ui/router/router-context';
import { useAddress } from '../../ui/router/use-address';
import { Skeleton } from '../../ui/skeleton';
import './analytics.css';
import { endedSheet, headlines, healthSheet, modelsSheet } from './fact-sheets';
import { InteractionCounts } from './interaction-counts';
import { ReportFilterBar } from './report-filter-bar';
import {
  besideWishOf,
  narrowed,
  type ReportFilters,
  reportAddress,
  reportFiltersOf,
  reportWishOf,
} from './report-filters';
import { sessionsAddress } from './sessions-address';
import type { Reports } from './sheet';
import { SheetCard } from './sheet-card';
import {
  connectionsSheet,
  costSheet,
  durationHistogram,
  gapHistogram,
  gapSheet,
  interruptionsSheet,
  sessionsSheet,
  yieldHistogram,
} from './step-sheets';
import { TalkShares } from './talk-shares';
import { useHour } from './use-hour';
import { useLightPrint } from './use-light-print';

const kSheets = Object.entries({
  sessionsSheet,
  gapSheet,
  gapHistogram,
  durationHistogram,
  interruptionsSheet,
  yieldHistogram,
  costSheet,
  connectionsSheet,
  endedSheet,
  healthSheet,
  modelsSheet,
});

/** What happened in live sessions, in numbers. */
export function AnalyticsPage() {
  const router = useRouter();
  const search = useAddress((address) => address.search);
  const filters = useMemo(() => reportFiltersOf(search), [search]);
  const hour = useHour();
  useLightPrint();
  const wish = useMemo(() => reportWishOf(filters, hour), [filters, hour]);
  const besideWish = useMemo(() => besideWishOf(filters, hour), [filters, hour]);
  const { data: report, error, refetch } = useQuery(reportQuery(wish));
  const besideQuery = useQuery({
    ...reportQuery(besideWish ?? wish),
    enabled: besideWish !== null,
  });
  const beside = besideWish ? besideQuery.data : undefined;
  const change = useCallback(
    (next: ReportFilters) => router.go(reportAddress(next), { replace: true }),
    [router],
  );
  const reports = useMemo<Reports | null>(
    () =>
      report
        ? {
            report,
            beside: beside
              ? { name: besideName(filters, report.studies_known), report: beside }
              : null,
            narrowed: Object.keys(narrowed(filters)).some((name) => name !== 'person'),
          }
        : null,
    [report, beside, filters],
  );
  return (
    <div className="analytics">
      <PageBar
        title="Analytics"
        actions={
          <Button variant="quiet" icon={<Printer aria-hidden />} onClick={() => print()}>
            Print
          </Button>
        }
      />
      <div className="analytics__body">
        <ReportFilterBar
          filters={filters}
          models={report?.models_known ?? []}
          studies={report?.studies_known ?? []}
          onChange={change}
        />
        {error && !report ? (
          <FailedPanel
            title="The numbers could not be loaded"
            error={error}
            onRetry={() => void refetch()}
          />
        ) : null}
        {!report && !error ? <Waiting /> : null}
        {reports ? <Shown reports={reports} filters={filters} /> : null}
      </div>
    </div>
  );
}

function besideName({ beside }: ReportFilters, studies: Report['studies_known']): string {
  if (beside === 'before') return beside;
  const name = beside.slice(beside.indexOf(':') + 1);
  if (beside.startsWith('model:')) return name;
  const all = studies.flatMap(({ conditions }) => conditions);
  return all.find(({ id }) => id === name)?.name ?? 'the other condition';
}

const Waiting = () => (
  <div className="analytics__charts">
    {kSheets.slice(0, 4).map(([name]) => (
      <Skeleton key={name} height="280px" />
    ))}
  </div>
);

type ShownProps = { readonly reports: Reports; readonly filters: ReportFilters };

function Shown({ reports, filters }: ShownProps) {
  const behind = useMemo(() => narrowed(filters), [filters]);
  const { counts } = reports.report.total;
  const empty = !counts.sessions && !counts.answers;
  return (
    <>
      {empty ? (
        <Panel icon={<ChartLine aria-hidden />} title="Nothing to count in this time">
          Talk with a model, or choose a longer time: each session is counted here within ten
          seconds. What is said never is.
        </Panel>
      ) : (
        <>
          <dl className="headlines">
            {headlines(reports).map(({ name, value, beside, behind: those }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {those ? (
                    <Link to={sessionsAddress({ ...behind, ...those })}>{value}</Link>
                  ) : (
                    value
                  )}
                  {beside ? <small>{beside}</small> : null}
                </dd>
              </div>
            ))}
          </dl>
          <TalkShares reports={reports} filters={behind} />
          <div className="analytics__charts">
            {kSheets.map(([name, make]) => (
              <SheetCard key={name} make={make} reports={reports} filters={behind} />
            ))}
          </div>
        </>
      )}
      <InteractionCounts
        interactions={reports.report.interactions}
        narrowed={reports.narrowed ?? false}
        files={interactionFiles}
      />
    </>
  );
}
