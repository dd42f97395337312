import { classNames } from './class-names';
import './progress.css';

type Props = {
  readonly label: string;
  /** 0 to 1; null while the whole amount is not known. */
  readonly value: number | null;
};

export function Progress({ label, value }: Props) {
  return (
    <span
      className={classNames('progress', value === null && 'progress--unknown')}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value === null ? undefined : Math.round(value * 100)}
    >
      <span
        className="progress__bar"
        style={
          value === null ? undefined : { transform: `scaleX(${Math.min(1, Math.max(0, value))})` }
        }
      />
    </span>
  );
}
