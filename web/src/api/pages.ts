/** A list that comes in pages, as an infinite query holds it. */
export type Pages<Page> = { readonly pages: Page[]; readonly pageParams: unknown[] };

type Asked = { readonly signal: AbortSignal; readonly pageParam: string | null };

/** The parts of a query whose pages lead on by `next_cursor`. `ask` gets one; null: the first. */
export const pagedQuery = <
  Key extends readonly unknown[],
  Page extends { next_cursor: string | null },
>(
  queryKey: Key,
  ask: (query: { readonly cursor?: string }, signal: AbortSignal) => Promise<Page>,
) => ({
  queryKey,
  initialPageParam: null as string | null,
  queryFn: ({ signal, pageParam }: Asked) =>
    ask(pageParam === null ? {} : { cursor: pageParam }, signal),
  getNextPageParam: (last: Page) => last.next_cursor,
});

/** The same pages with each one changed. */
export const mapPages = <Page>(
  list: Pages<Page> | undefined,
  change: (page: Page) => Page,
): Pages<Page> | undefined => list && { ...list, pages: list.pages.map(change) };
