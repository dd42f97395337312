import { type ReactNode, useEffect } from 'react';
import type { Shown } from './branches';
import { elementIdOf } from './thread-target';

type Props = {
  readonly shown: readonly Shown[];
  /** The message to go to; a new object goes there again. */
  readonly goTo: { readonly id: string } | null;
  readonly children: (shown: Shown) => ReactNode;
};

/** A thread all of which is in the page. */
export function ShortThread({ shown, goTo, children }: Props) {
  useEffect(() => {
    if (!goTo) return;
    const element = document.getElementById(elementIdOf(goTo.id));
    element?.scrollIntoView({ block: 'start' });
    element?.focus({ preventScroll: true });
  }, [goTo]);
  return (
    <ol className="thread__list" aria-label="Messages">
      {shown.map((one) => (
        <li
          key={one.message.id}
          id={elementIdOf(one.message.id)}
          tabIndex={-1}
          className="thread__item"
        >
          {children(one)}
        </li>
      ))}
    </ol>
  );
}
