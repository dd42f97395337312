import { useCallback, useMemo, useState } from 'react';

/** Which rows are selected. Rows that are no longer listed do not count. */
export function useSelection(listed: readonly { readonly id: string }[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const ids = useMemo(
    () => listed.filter(({ id }) => chosen.has(id)).map(({ id }) => id),
    [listed, chosen],
  );
  const toggle = useCallback((id: string) => {
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const clear = useCallback(() => setChosen(new Set()), []);
  return { ids, has: (id: string) => chosen.has(id), toggle, clear };
}
