import { Download } from 'lucide-react';
import type { SessionsWish } from '../../api/analytics';
import { Button } from '../../ui/button';
import { Link } from '../../ui/router/link';
import { csvOf } from './csv';
import { sessionsAddress } from './sessions-address';
import type { Sheet } from './sheet';

type Props = {
  readonly sheet: Sheet;
  /** What the filters of the page add to each list of sessions. */
  readonly filters: SessionsWish;
};

/** The numbers of a chart; each row leads to the sessions behind it. */
export function SheetTable({ sheet, filters }: Props) {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard */}
      <section className="sheet__scroll" tabIndex={0} aria-label={`${sheet.title}, table`}>
        <table className="sheet__table">
          <thead>
            <tr>
              {sheet.head.map((name, column) => (
                <th key={name || column} scope="col">
                  {name || <span className="visually-hidden">What</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sheet.rows.map(({ cells: [first, ...rest], behind }, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and stay where they are
              <tr key={row}>
                <th scope="row">
                  {behind ? (
                    <Link to={sessionsAddress({ ...filters, ...behind })}>{first}</Link>
                  ) : (
                    first
                  )}
                </th>
                {rest.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className="sheet__acts">
        <Button variant="quiet" icon={<Download aria-hidden />} onClick={() => keep(sheet)}>
          Save as CSV
        </Button>
      </p>
    </>
  );
}

/** Gives the table to the browser as a file. */
function keep({ title, head, rows }: Sheet): void {
  const text = csvOf([head, ...rows.map(({ cells }) => cells)]);
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
