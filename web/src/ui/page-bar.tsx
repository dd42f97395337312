import type { ReactElement, ReactNode } from 'react';
import './page-bar.css';

type Props = {
  readonly title: string;
  readonly actions?: ReactNode;
  /** Replaces the visible title, for example by the field that renames it. One element: a list of nothing would hide the title. */
  readonly children?: ReactElement | null;
};

/** The line at the top of a page. Its h1 takes focus after a route change. */
export const PageBar = ({ title, actions, children }: Props) => (
  <header className="page-bar" data-renames>
    <h1 tabIndex={-1} dir="auto" className={children ? 'visually-hidden' : undefined}>
      {title}
    </h1>
    {children ? <div className="page-bar__body">{children}</div> : null}
    <div className="page-bar__actions">{actions}</div>
  </header>
);
