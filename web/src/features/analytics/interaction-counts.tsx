import { formatCount } from '../../ui/format';
import { kindWords } from './kind-words';

type Props = {
  readonly interactions: Readonly<Record<string, number>>;
  /** The page shows some sessions only. */
  readonly narrowed: boolean;
  readonly files: { readonly csv: string; readonly jsonl: string };
};

/** What was done with the app, by kind. */
export function InteractionCounts({ interactions, narrowed, files }: Props) {
  const kinds = Object.entries(interactions).sort(([, one], [, other]) => other - one);
  const most = kinds[0]?.[1] ?? 1;
  return (
    <section className="chart" aria-label="What was done with the app">
      <h2>What was done with the app</h2>
      {kinds.length === 0 ? <p className="chart__words">Nothing in this time.</p> : null}
      {narrowed ? (
        <p className="chart__words">
          In all of this time, whatever is chosen above: the log knows no model, task or study.
        </p>
      ) : null}
      {kinds.length > 0 ? (
        <table className="counts">
          <thead className="visually-hidden">
            <tr>
              <th scope="col">What</th>
              <th scope="col">How often</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(([kind, times]) => (
              <tr key={kind}>
                <th scope="row">{kindWords(kind)}</th>
                <td>
                  <meter min={0} max={most} value={times} aria-hidden />
                  {formatCount(times)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <p className="chart__words">
        All your own events:{' '}
        <a href={files.csv} download>
          as a table (CSV)
        </a>
        {', or '}
        <a href={files.jsonl} download>
          as lines of JSON
        </a>
        .
      </p>
    </section>
  );
}
