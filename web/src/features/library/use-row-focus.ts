import { useEffect, useRef } from 'react';
import { useRemoved } from '../../ui/use-removed';

const linkOf = (list: HTMLElement | null, recordingId: string) =>
  list?.querySelector<HTMLElement>(`li[data-key="${CSS.escape(recordingId)}"] h3 a`) ?? null;

/**
 * Sets the focus after a deletion: to the row after the deleted ones, or to the last row. When Undo brings rows back,
 * they get it. Call the returned function before the rows are removed.
 */
export function useRowFocus(
  list: HTMLElement | null,
  rows: readonly { readonly id: string }[],
  removalKey: (recordingId: string) => string,
) {
  const removed = useRemoved();
  const wanted = useRef<string | null>(null);
  const gone = useRef<readonly string[]>([]);
  useEffect(() => {
    const back = gone.current.filter((id) => !removed.has(removalKey(id)));
    if (back.length === 0) return;
    gone.current = gone.current.filter((id) => !back.includes(id));
    // Erased for good, or shown again by Undo, in which case it is listed again.
    wanted.current = rows.find(({ id }) => back.includes(id))?.id ?? wanted.current;
  }, [removed, rows, removalKey]);
  useEffect(() => {
    if (wanted.current === null) return;
    const link = linkOf(list, wanted.current);
    // A menu that closes returns the focus to its button, which is gone by then.
    const timer = setTimeout(() => link?.focus());
    wanted.current = null;
    return () => clearTimeout(timer);
  });
  return (ids: readonly string[]) => {
    gone.current = [...gone.current, ...ids];
    const first = rows.findIndex(({ id }) => ids.includes(id));
    const left = rows.filter(({ id }) => !ids.includes(id));
    const next = rows.slice(first).find(({ id }) => !ids.includes(id)) ?? left.at(-1);
    wanted.current = next?.id ?? null;
  };
}
