import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Shown } from './branches';
import { elementIdOf } from './thread-target';

type Props = {
  /** What scrolls. */
  readonly box: RefObject<HTMLElement | null>;
  readonly shown: readonly Shown[];
  /** Called when the oldest loaded message comes near. */
  readonly onNearStart: () => void;
  /** The message to go to; a new object goes there again. */
  readonly goTo: { readonly id: string } | null;
  readonly children: (shown: Shown) => ReactNode;
};

/** A question and a short answer are about so high, CSS pixels. */
const kItemPx = 140;
const kGapPx = 24;
const kOverscan = 4;
/** When fewer messages than this are left above, the page before is loaded. */
const kNearStart = 12;
/** At this distance from the end the view counts as being at the end, and follows it. */
const kSlackPx = 32;

/**
 * A thread of which only the messages in view are in the page, and the one that has the focus. It opens at its end,
 * follows it, and keeps its place when earlier messages come.
 */
export function LongThread({ box, shown, onNearStart, goTo, children }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const [above, setAbove] = useState(0);
  const [focused, setFocused] = useState<string | null>(null);
  const focusedIndex =
    focused === null ? -1 : shown.findIndex(({ message }) => message.id === focused);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => kItemPx,
    getItemKey: (index) => shown[index]?.message.id ?? index,
    gap: kGapPx,
    overscan: kOverscan,
    scrollMargin: above,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: kSlackPx,
    rangeExtractor: (range) => withFocused(range, focusedIndex),
    useFlushSync: false,
  });
  const rows = virtualizer.getVirtualItems();

  useLayoutEffect(() => {
    const scroller = box.current;
    if (!list.current || !scroller) return;
    const top = list.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    setAbove(Math.round(top + scroller.scrollTop));
  }, [box]);

  const opened = useRef(false);
  useEffect(() => {
    if (opened.current || above === 0) return;
    opened.current = true;
    virtualizer.scrollToEnd();
  }, [above, virtualizer]);

  const first = rows[0]?.index ?? shown.length;
  const height = virtualizer.getTotalSize();
  useEffect(() => {
    // While it opens, the first message is in view for a moment: only who goes up wants what was before.
    const goesUp = virtualizer.scrollDirection === 'backward';
    const short = height <= (box.current?.clientHeight ?? 0);
    if (opened.current && first < kNearStart && (goesUp || short)) onNearStart();
  }, [first, height, box, virtualizer, onNearStart]);

  const toFocus = useRef<string | null>(null);
  const target = goTo ? shown.findIndex(({ message }) => message.id === goTo.id) : -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: goes there once
  useEffect(() => {
    if (!goTo || target < 0) return;
    opened.current = true;
    virtualizer.scrollToIndex(target, { align: 'start' });
    setFocused(goTo.id);
    toFocus.current = goTo.id;
  }, [goTo]);
  useEffect(() => {
    const element = toFocus.current && document.getElementById(elementIdOf(toFocus.current));
    if (!element) return;
    toFocus.current = null;
    element.focus({ preventScroll: true });
  });

  const onFocus = useCallback((event: { target: EventTarget }) => {
    const row = event.target instanceof Element ? event.target.closest('li[data-key]') : null;
    setFocused(row?.getAttribute('data-key') ?? null);
  }, []);
  return (
    <ol
      ref={list}
      className="thread__list thread__list--long"
      aria-label="Messages"
      style={{ height }}
      onFocus={onFocus}
    >
      {rows.map((row) => {
        const one = shown[row.index];
        if (!one) return null;
        const style: CSSProperties = { transform: `translateY(${row.start - above}px)` };
        return (
          <li
            key={row.key}
            ref={virtualizer.measureElement}
            id={elementIdOf(one.message.id)}
            className="thread__item"
            tabIndex={-1}
            data-index={row.index}
            data-key={row.key}
            aria-posinset={row.index + 1}
            aria-setsize={shown.length}
            style={style}
          >
            {children(one)}
          </li>
        );
      })}
    </ol>
  );
}

function withFocused(range: Range, focusedIndex: number): number[] {
  const indexes = defaultRangeExtractor(range);
  if (focusedIndex < 0 || indexes.includes(focusedIndex)) return indexes;
  return [...indexes, focusedIndex].sort((a, b) => a - b);
}
