import { useMemo } from 'react';
import type { SessionsWish } from '../../api/analytics';
import { useRouter } from '../../ui/router/router-context';
import { Chart } from './chart';
import { sessionsAddress } from './sessions-address';
import type { Reports, Sheet } from './sheet';
import { SheetTable } from './sheet-table';

type Props = {
  readonly make: (reports: Reports) => Sheet;
  readonly reports: Reports;
  readonly filters: SessionsWish;
};

/** A chart, or a table alone, of reports. */
export function SheetCard({ make, reports, filters }: Props) {
  const router = useRouter();
  const sheet = useMemo(() => make(reports), [make, reports]);
  const table = <SheetTable sheet={sheet} filters={filters} />;
  if (!sheet.plan) {
    return (
      <section
        className={sheet.head.length > 4 ? 'chart chart--wide' : 'chart'}
        aria-label={sheet.title}
      >
        <h2>{sheet.title}</h2>
        {table}
      </section>
    );
  }
  return (
    <Chart
      title={sheet.title}
      summary={sheet.summary}
      plan={sheet.plan}
      onPick={(index) => {
        const behind = sheet.places ? sheet.places[index] : sheet.rows[index]?.behind;
        if (behind) router.go(sessionsAddress({ ...filters, ...behind }));
      }}
    >
      <details className="sheet">
        <summary>Table</summary>
        {table}
      </details>
    </Chart>
  );
}
