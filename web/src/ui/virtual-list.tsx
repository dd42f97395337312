import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { rememberedPlace, rememberPlace } from './scroll-memory';

export type ListProps<Item> = {
  /** The element that scrolls; null until it exists. */
  readonly scroller: HTMLElement | null;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** The estimated height of an item, in CSS pixels, until it is measured. */
  readonly heightOf: (item: Item, index: number) => number;
  /** The number of items once all have been loaded. */
  readonly count: number;
  /** The name under which the scroll position is kept while another page is shown; null: it is not kept. */
  readonly place: string | null;
  /** Called when the end of the loaded items is near. */
  readonly onNearEnd: () => void;
  readonly className?: string;
  readonly children: (item: Item, index: number) => ReactNode;
};

/** Items that are rendered outside of the view, so that Tab and a slow wheel find the next one. */
const kOverscan = 6;
const kOverscanAfterMs = 100;
/** Of the window's height, what a list fills at least until it is measured. */
const kRoomShare = 0.65;
/** When fewer items than this are left below, more are requested; less than what a first page has below the view. */
const kNearEnd = 20;

/**
 * A list that renders only the items in view, and the one that has the focus. Items may have any height. For screen
 * readers each item has its number and the number of all.
 */
export function VirtualList<Item>(props: ListProps<Item>) {
  const { scroller, items, keyOf, heightOf, count, place, onNearEnd, className, children } = props;
  const list = useRef<HTMLUListElement>(null);
  const [above, setAbove] = useState(0);
  const [focused, setFocused] = useState<string | null>(null);
  const [room] = useState(() => ({ width: innerWidth, height: kRoomShare * innerHeight }));
  const [before] = useState(() => (place === null ? null : rememberedPlace(place)));
  const focusedIndex = useMemo(
    () => (focused === null ? -1 : items.findIndex((item) => keyOf(item) === focused)),
    [focused, items, keyOf],
  );
  // The rows in view come first; those around them are rendered when these have been painted.
  const [overscan, setOverscan] = useState(0);
  useEffect(() => {
    const painted = setTimeout(() => setOverscan(kOverscan), kOverscanAfterMs);
    return () => clearTimeout(painted);
  }, []);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller,
    estimateSize: (index) => {
      const item = items[index];
      return item === undefined ? 0 : heightOf(item, index);
    },
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    overscan,
    scrollMargin: above,
    // Until the scroller is measured. So the first rows are in the page before anything is laid out.
    initialRect: room,
    // It scrolls there. Its first items may have been scrolled before it came.
    initialOffset: before?.offset ?? scroller?.scrollTop ?? 0,
    initialMeasurementsCache: before?.measurements ?? [],
    rangeExtractor: (range) => withFocused(range, focusedIndex),
    useFlushSync: false,
  });
  const rows = virtualizer.getVirtualItems();

  useLayoutEffect(() => {
    if (!list.current || !scroller) return;
    const measure = () => {
      if (!list.current) return;
      const top = list.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      setAbove(Math.round(top + scroller.scrollTop));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    for (const child of scroller.children) observer.observe(child);
    return () => observer.disconnect();
  }, [scroller]);

  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (items.length > 0 && last >= items.length - kNearEnd) onNearEnd();
  }, [last, items.length, onNearEnd]);

  useEffect(() => {
    if (place === null || !scroller) return;
    const keep = () =>
      rememberPlace(place, {
        offset: scroller.scrollTop,
        measurements: virtualizer.measurementsCache,
      });
    scroller.addEventListener('scroll', keep, { passive: true });
    return () => scroller.removeEventListener('scroll', keep);
  }, [place, scroller, virtualizer]);

  const onFocus = useCallback((event: { target: EventTarget }) => {
    const row = event.target instanceof Element ? event.target.closest('li[data-key]') : null;
    setFocused(row?.getAttribute('data-key') ?? null);
  }, []);
  return (
    <ul
      ref={list}
      className={className ? `virtual-list ${className}` : 'virtual-list'}
      style={{ height: virtualizer.getTotalSize() }}
      onFocus={onFocus}
      onBlur={() => setFocused(null)}
    >
      {rows.map((row) => {
        const item = items[row.index];
        if (item === undefined) return null;
        const style: CSSProperties = { transform: `translateY(${row.start - above}px)` };
        return (
          <li
            key={row.key}
            ref={virtualizer.measureElement}
            data-index={row.index}
            data-key={row.key}
            aria-setsize={count}
            aria-posinset={row.index + 1}
            style={style}
          >
            {children(item, row.index)}
          </li>
        );
      })}
    </ul>
  );
}

function withFocused(range: Range, focusedIndex: number): number[] {
  const indexes = defaultRangeExtractor(range);
  if (focusedIndex < 0 || indexes.includes(focusedIndex)) return indexes;
  return [...indexes, focusedIndex].sort((a, b) => a - b);
}
