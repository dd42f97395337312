import type { ReactNode } from 'react';
import { classNames } from './class-names';
import './note.css';
import { Progress } from './progress';

type Props = {
  readonly icon: ReactNode;
  /** The first sentence: what happened. */
  readonly title: string;
  /** What it means and what to do. */
  readonly children?: ReactNode;
  readonly tone?: 'plain' | 'error';
  readonly actions?: ReactNode;
  /** 0 to 1; draws a thin line below the text. */
  readonly progress?: number;
  /** How screen readers announce it. Leave it out for a note that is there from the start. */
  readonly announce?: 'status' | 'alert';
};

/** A banner within a page. At most one per screen. */
export function Note(props: Props) {
  const { icon, title, children, tone = 'plain', actions, progress, announce } = props;
  return (
    <div className={classNames('note', tone === 'error' && 'note--error')} role={announce}>
      {icon}
      <div className="note__text">
        <strong>{title}</strong> {children}
        {progress === undefined ? null : <Progress value={progress} label={title} />}
      </div>
      {actions ? <div className="note__acts">{actions}</div> : null}
    </div>
  );
}
