import type { Report, SessionsWish } from '../../api/analytics';
import { Link } from '../../ui/router/link';
import { talkShares } from './fact-sheets';
import { sessionsAddress } from './sessions-address';
import { allOf, type Reports } from './sheet';

type Props = {
  readonly reports: Reports;
  /** What the filters of the page add to each list of sessions. */
  readonly filters: SessionsWish;
};

/** Who was heard for how much of the time. */
export const TalkShares = ({ reports: { report, beside }, filters }: Props) => (
  <section className="talk-shares" aria-label="Who was heard">
    <h2>Who was heard</h2>
    <Shares report={report} name={beside ? 'Here' : ''} />
    {beside ? <Shares report={beside.report} name={beside.name} /> : null}
    {talkShares(report) ? (
      <p className="chart__words">
        <Link to={sessionsAddress({ ...filters, ...allOf(report), counted: 'length_ms' })}>
          Their sessions
        </Link>
      </p>
    ) : null}
  </section>
);

function Shares({ report, name }: { readonly report: Report; readonly name: string }) {
  const shares = talkShares(report);
  if (!shares) return <p className="chart__words">{nothingWords(name)}</p>;
  return (
    <>
      {name ? <p className="chart__words">{name}</p> : null}
      <svg
        className="talk-shares__bar"
        viewBox="0 0 1000 16"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {shares.map(({ name: who, share }, index) => (
          <rect
            key={who}
            data-who={who}
            x={1000 * shares.slice(0, index).reduce((sum, one) => sum + one.share, 0)}
            width={1000 * share}
            height={16}
          />
        ))}
      </svg>
      <ul className="talk-shares__words">
        {shares.map(({ name: who, share }) => (
          <li key={who} data-who={who}>
            {who} {Math.round(100 * share)} %
          </li>
        ))}
      </ul>
    </>
  );
}

const nothingWords = (name: string): string => {
  if (name === '') return 'Nothing was recorded.';
  return name === 'before' ? 'Nothing was recorded before.' : `${name}: nothing was recorded.`;
};
