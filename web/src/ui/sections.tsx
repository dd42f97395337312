import type { ReactNode } from 'react';
import { PageBar } from './page-bar';
import './sections.css';

type PageProps = {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** A page of sections, such as the settings: each has its name to the left, or above it where there is no room. */
export const SectionsPage = ({ title, actions, children }: PageProps) => (
  <div className="sections">
    <PageBar title={title} actions={actions} />
    <div className="sections__body">{children}</div>
  </div>
);

type SectionProps = {
  readonly title: string;
  readonly id?: string;
  readonly children: ReactNode;
};

export const Section = ({ title, id, children }: SectionProps) => (
  <section className="sections__one" aria-label={title} id={id}>
    <h2>{title}</h2>
    <div>{children}</div>
  </section>
);
