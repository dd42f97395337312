import { useQuery } from '@tanstack/react-query';
import { ChartLine } from 'lucide-react';
import {
  type InteractionStats,
  interactionFiles,
  interactionStatsQuery,
} from '../../api/analytics';
import { FailedPanel } from '../../ui/failed-panel';
import { formatCount, formatMoment } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Section, SectionsPage } from '../../ui/sections';
import { Skeleton } from '../../ui/skeleton';
import './analytics.css';
import { kindWords } from './kind-words';

/** What one does with the app, in numbers. */
export function AnalyticsPage() {
  const { data: stats, error, refetch } = useQuery(interactionStatsQuery);
  return (
    <SectionsPage title="Analytics">
      {error && !stats ? (
        <FailedPanel
          title="The numbers could not be loaded"
          error={error}
          onRetry={() => void refetch()}
        />
      ) : null}
      {!stats && !error ? <Skeleton height="120px" /> : null}
      {stats?.events === 0 ? (
        <Panel icon={<ChartLine aria-hidden />} title="Nothing to count yet">
          Talk, play a session or tick a task: what you do with Reprise is counted here. What you
          say never is.
        </Panel>
      ) : null}
      {stats && stats.events > 0 ? <Interactions stats={stats} /> : null}
    </SectionsPage>
  );
}

function Interactions({ stats }: { readonly stats: InteractionStats }) {
  const kinds = Object.entries(stats.by_kind).sort(([, one], [, other]) => other - one);
  const most = kinds[0]?.[1] ?? 1;
  const now = new Date();
  return (
    <>
      <Section title="What you did">
        <p>
          {formatCount(stats.events)} {stats.events === 1 ? 'event' : 'events'}
          {stats.first_at && stats.last_at
            ? `, from ${formatMoment(stats.first_at, now)} to ${formatMoment(stats.last_at, now)}`
            : ''}
          .
        </p>
        <table className="counts">
          <thead className="visually-hidden">
            <tr>
              <th scope="col">What</th>
              <th scope="col">How often</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(([kind, count]) => (
              <tr key={kind}>
                <th scope="row">{kindWords(kind)}</th>
                <td>
                  <meter min={0} max={most} value={count} aria-hidden />
                  {formatCount(count)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section title="Take it along">
        <p>
          <a href={interactionFiles.csv} download>
            All events as a table (CSV)
          </a>
          {', or '}
          <a href={interactionFiles.jsonl} download>
            as lines of JSON
          </a>
          .
        </p>
      </Section>
    </>
  );
}
