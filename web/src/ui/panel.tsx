import type { ReactNode } from 'react';
import { classNames } from './class-names';
import './panel.css';

type Props = {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly tone?: 'plain' | 'error';
  readonly actions?: ReactNode;
  /** 1 makes the title the heading of the page, which gets the focus after a route change. */
  readonly level?: 1 | 2 | 3;
};

/** The panel that all screens use: what happened, what it means for the recording, what to do. */
export function Panel({ icon, title, children, tone = 'plain', actions, level = 2 }: Props) {
  const Heading = `h${level}` as const;
  return (
    <section className={classNames('panel', tone === 'error' && 'panel--error')}>
      {icon}
      <Heading className="panel__title" tabIndex={level === 1 ? -1 : undefined}>
        {title}
      </Heading>
      {children ? <p className="panel__text">{children}</p> : null}
      {actions ? <div className="panel__acts">{actions}</div> : null}
    </section>
  );
}
