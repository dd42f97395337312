import type { ReactNode } from 'react';
import './badge.css';

type Props = {
  readonly tone?: 'neutral' | 'plain' | 'ok' | 'gap' | 'cut' | 'error';
  readonly children: ReactNode;
};

/** A short fact. The tone `gap` has the hatch: something is missing from the record. */
export function Badge({ tone = 'neutral', children }: Props) {
  return (
    <span className={`badge badge--${tone}`}>
      {tone === 'gap' ? <span className="badge__swatch hatch" aria-hidden /> : null}
      {children}
    </span>
  );
}
