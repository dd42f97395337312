import { memo } from 'react';
import { kRowSeamBars, type RowSeamData, rowSeam } from './row-seam';
import './row-seam.css';
import { kRowSeamBarWidth, kRowSeamHeight, rowSeamPaths } from './row-seam-paths';

type Props = {
  readonly seam: string;
  /** This many bars are drawn as one. */
  readonly joined?: number;
};

/**
 * The seam that comes with a list; nothing while there is none. An SVG and not a canvas as the others: a list has many of
 * them, and each canvas is a layer that is copied in every frame while one scrolls.
 */
export const RowSeam = memo(function RowSeam({ seam, joined = 1 }: Props) {
  const data = rowSeam(seam);
  if (!data) return null;
  const { person, model, cuts } = rowSeamPaths(data, joined);
  return (
    <div className="row-seam">
      <svg viewBox={`0 0 ${kRowSeamBars} ${kRowSeamHeight}`} preserveAspectRatio="none" aria-hidden>
        <path className="row-seam__axis" d={`M0 ${kRowSeamHeight / 2}H${kRowSeamBars}`} />
        <path className="row-seam__person" strokeWidth={joined * kRowSeamBarWidth} d={person} />
        <path className="row-seam__model" strokeWidth={joined * kRowSeamBarWidth} d={model} />
        {cuts ? <path className="row-seam__cuts" d={cuts} /> : null}
      </svg>
      {data.gaps.map((gap) => (
        <span
          key={`${gap.lane} ${gap.from}`}
          className={`row-seam__gap row-seam__gap--${gap.lane} hatch`}
          style={placeOf(gap)}
        />
      ))}
    </div>
  );
});

const placeOf = ({ from, end }: RowSeamData['gaps'][number]) => ({
  left: `${(100 * from) / kRowSeamBars}%`,
  width: `${(100 * (end - from)) / kRowSeamBars}%`,
});
