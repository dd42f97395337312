import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { heardPlace, jumpOf } from './heard-place';

const kScrollKeys = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']);

export type HeardEdge = {
  readonly following: boolean;
  readonly back: () => void;
  /** Handlers for the scrolling element that notice that a reader looks back. */
  readonly reading: {
    readonly onWheel: () => void;
    readonly onTouchMove: () => void;
    readonly onKeyDown: (event: { readonly key: string }) => void;
  };
};

/**
 * Keeps the end of the heard words at one height of the column, so that the text moves at the speed of speech, however
 * fast it comes. Stops when the reader scrolls, until `back` is called.
 * @param change Any value that differs when the captions differ.
 */
export function useHeardEdge(
  column: RefObject<HTMLElement | null>,
  edge: RefObject<HTMLElement | null>,
  change: unknown,
): HeardEdge {
  const [following, setFollowing] = useState(true);
  const last = useRef<Place | null>(null);
  const follow = useCallback(
    (calm: boolean) => {
      if (!column.current || !edge.current) return;
      last.current = move(column.current, edge.current, last.current, calm);
    },
    [column, edge],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the captions moves the edge
  useLayoutEffect(() => {
    if (following) follow(matchMedia('(prefers-reduced-motion: reduce)').matches);
  }, [follow, following, change]);
  useEffect(() => {
    if (!following || !column.current) return;
    // Not only when the window changes: the column also shrinks when the field for writing opens below it.
    const resized = new ResizeObserver(() => follow(true));
    resized.observe(column.current);
    return () => resized.disconnect();
  }, [column, follow, following]);
  const stop = () => setFollowing(false);
  return {
    following,
    back: () => {
      last.current = null;
      setFollowing(true);
      column.current?.focus({ preventScroll: true });
    },
    reading: {
      onWheel: stop,
      onTouchMove: stop,
      onKeyDown: ({ key }) => kScrollKeys.has(key) && stop(),
    },
  };
}

/** The row with the edge, and its position in the column at the last check. */
type Place = { row: HTMLElement; top: number; bottom: number; goal: number };

function move(column: HTMLElement, edge: HTMLElement, last: Place | null, calm: boolean) {
  const row = edge.closest('li');
  if (!row) return last;
  // Older turns shrink and late words are inserted above, so the text beside the edge must be kept in place.
  const shift = last ? shiftOf(last, row) : 0;
  // Each of these assignments ends a glide, also one to the place where the column already is.
  if (shift !== 0) column.scrollTop += shift;
  const bounds = column.getBoundingClientRect();
  const shape = { height: bounds.height, line: lineOf(edge) };
  const below = edge.getBoundingClientRect().bottom - bounds.top - heardPlace(shape);
  const from = column.scrollTop;
  const goal = Math.round(from + below);
  const glides = last !== null && !calm;
  const jump = glides ? Math.round(jumpOf(below, shape)) : 0;
  const go = () => {
    if (jump !== 0) column.scrollTo({ top: from + jump, behavior: 'instant' });
    column.scrollTo({ top: goal, behavior: glides ? 'smooth' : 'instant' });
  };
  // Text that shrinks at a cut stays where it is, and then moves up. Both in one frame would be one step in the layout.
  if (shift !== 0 && jump !== 0) requestAnimationFrame(go);
  else if (!last || shift !== 0 || jump !== 0 || Math.abs(goal - last.goal) > 1) go();
  return { row, top: row.offsetTop, bottom: row.offsetTop + row.offsetHeight, goal };
}

const lineOf = (edge: HTMLElement) => Number.parseFloat(getComputedStyle(edge).lineHeight) || 0;

function shiftOf(last: Place, row: HTMLElement): number {
  if (!last.row.isConnected) return 0;
  const { offsetTop, offsetHeight } = last.row;
  return row === last.row ? offsetTop - last.top : offsetTop + offsetHeight - last.bottom;
}
