import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Where the words being heard stand, as a part of the column's height; what comes is below. */
const kHeardAt = 0.76;
const kScrollKeys = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']);

export type HeardEdge = {
  readonly following: boolean;
  readonly back: () => void;
  /** For the scrolling element: what a reader does to look back. */
  readonly reading: {
    readonly onWheel: () => void;
    readonly onTouchMove: () => void;
    readonly onKeyDown: (event: { readonly key: string }) => void;
  };
};

/**
 * Keeps the end of the heard words at one height of the column, so that the text moves at the speed
 * of speech, however fast it comes. Stops when the reader scrolls, until `back`.
 * @param change Anything that is another value when the captions are.
 */
export function useHeardEdge(
  column: RefObject<HTMLElement | null>,
  edge: RefObject<HTMLElement | null>,
  change: unknown,
): HeardEdge {
  const [following, setFollowing] = useState(true);
  const last = useRef<{ row: Element | null; rowTop: number; goal: number } | null>(null);
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
    if (!following) return;
    const onResize = () => follow(true);
    addEventListener('resize', onResize);
    return () => removeEventListener('resize', onResize);
  }, [follow, following]);
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

type Place = { row: Element | null; rowTop: number; goal: number };

function move(column: HTMLElement, edge: HTMLElement, last: Place | null, calm: boolean): Place {
  const row = edge.closest('li');
  const rowTop = row?.offsetTop ?? 0;
  // Older turns shrink and late words are put in above; taken back before anybody sees it.
  if (last && row === last.row) column.scrollTop += rowTop - last.rowTop;
  const bounds = column.getBoundingClientRect();
  const below = edge.getBoundingClientRect().bottom - bounds.top - kHeardAt * bounds.height;
  const goal = Math.round(column.scrollTop + below);
  const moved = last !== null && row === last.row ? rowTop - last.rowTop : 0;
  const there = last !== null && Math.abs(goal - last.goal) <= 1 && moved === 0;
  if (!there) {
    column.scrollTo({ top: goal, behavior: calm || last === null ? 'instant' : 'smooth' });
  }
  return { row, rowTop, goal };
}
