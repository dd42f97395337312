import type { CSSProperties } from 'react';
import { classNames } from './class-names';
import './range.css';

type Props = {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max: number;
  readonly step: number;
  /** The value in words, for example "60 percent". */
  readonly valueText?: string;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly onChange: (value: number) => void;
};

export function Range(props: Props) {
  const { label, value, min = 0, max, step, valueText, disabled, className, onChange } = props;
  const part = max > min ? ((value - min) / (max - min)) * 100 : 0;
  return (
    <input
      type="range"
      className={classNames('range', className)}
      style={{ '--range-part': `${part}%` } as CSSProperties}
      aria-label={label}
      aria-valuetext={valueText}
      value={value}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
    />
  );
}
