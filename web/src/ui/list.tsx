import { startTransition, useEffect, useState } from 'react';
import { Part, usePart } from './part';
import type { ListProps } from './virtual-list';
// With the first screen: a long list must not wait for styles of its own.
import './virtual-list.css';

const longLists = new Part(() => import('./virtual-list'));
/** More than a window is high. A list of these is in the page as a whole. */
const kWholeItems = 24;
/** Whoever has not scrolled by then gets the rest of a long list all the same; the first screen stands. */
const kRestAfterMs = 5_000;
/** Somebody scrolls a list, or points at it, as one does before. */
const kSigns = ['scroll', 'pointerenter'] as const;
const kOnce = { once: true, passive: true };

/**
 * A list whose items are all in the page as long as it is short. A long one is a `VirtualList`, a file of its own that
 * comes when its first items are not enough: until then they stand there.
 */
export function List<Item>(props: ListProps<Item>) {
  const { scroller, items, keyOf, count, className, children } = props;
  const long = items.length > kWholeItems || count !== items.length;
  const part = usePart(longLists, useRestWanted(scroller, long));
  if (long && part.kind === 'loaded') return <part.value.VirtualList {...props} />;
  // Without the file all of them are better than a part that cannot grow.
  const shown = part.kind === 'failed' ? items : items.slice(0, kWholeItems);
  return (
    <ul className={className}>
      {shown.map((item, index) => (
        <li key={keyOf(item)} data-key={keyOf(item)} aria-setsize={count} aria-posinset={index + 1}>
          {children(item, index)}
        </li>
      ))}
    </ul>
  );
}

/** Whether more than the first items of a `long` list can be seen, or soon may be. */
function useRestWanted(scroller: HTMLElement | null, long: boolean): boolean {
  const [wanted, setWanted] = useState(false);
  const waits = long && !wanted;
  useEffect(() => {
    if (!scroller || !waits) return;
    // Its rows are made piece by piece: somebody may be scrolling. That the file cannot be loaded is said by `usePart`.
    const show = () => startTransition(() => setWanted(true));
    const want = () => void longLists.load().then(show, show);
    if (scroller.scrollHeight <= scroller.clientHeight) return want();
    const timer = setTimeout(want, kRestAfterMs);
    for (const sign of kSigns) scroller.addEventListener(sign, want, kOnce);
    return () => {
      clearTimeout(timer);
      for (const sign of kSigns) scroller.removeEventListener(sign, want);
    };
  }, [scroller, waits]);
  return long && wanted;
}
