import { CircleCheck } from 'lucide-react';
import type { RecordingView } from '../../api/recordings';
import { Badge } from '../../ui/badge';
import { formatBytes, formatCount, formatDuration } from '../../ui/format';
import { isWhole, type Loss, lossWords } from '../../ui/loss';
import { Popover } from '../../ui/popover';
import './loss-popover.css';
import { lossRows, lossSentence } from './loss-report';

type Props = {
  /** Null: not known yet. */
  readonly loss: RecordingView['loss'] | null;
  readonly storedBytes: number;
  readonly mediaBytes: number;
  readonly onSeek: (ms: number) => void;
};

/** The loss report: what was kept and what is missing, even when nothing is missing. */
export function LossPopover({ loss, ...rest }: Props) {
  if (!loss) return <Badge tone="plain">Being completed</Badge>;
  return <Report loss={loss} {...rest} />;
}

function Report({ loss, storedBytes, mediaBytes, onSeek }: Props & { readonly loss: Loss }) {
  const complete = isWhole(loss);
  return (
    <Popover
      label="Loss report"
      trigger={
        <button type="button" className="loss-badge">
          {complete ? <CircleCheck aria-hidden /> : <span className="hatch loss-badge__swatch" />}
          <span className="visually-hidden">Loss report: </span>
          <span className="loss-badge__words">
            {lossWords(loss)}
            {complete ? null : ' missing'}
          </span>
        </button>
      }
    >
      <section className="loss">
        <p className="loss__sentence">{lossSentence(loss)}</p>
        <table>
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th scope="col">Kept</th>
              <th scope="col">Missing</th>
            </tr>
          </thead>
          <tbody>
            {lossRows(loss).map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td className="time">{row.kept}</td>
                <td className="time">
                  {row.missing}
                  {row.gaps.map((gap) => (
                    <button key={gap.startMs} type="button" onClick={() => onSeek(gap.startMs)}>
                      {gap.text} at {formatDuration(gap.startMs)}
                    </button>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="loss__foot">
          Sealed chunks: {formatCount(loss.chunks_stored)} of {formatCount(loss.chunks_expected)}
          <br />
          Storage: {formatBytes(storedBytes)} record, {formatBytes(mediaBytes)} film
        </p>
      </section>
    </Popover>
  );
}
