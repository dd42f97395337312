import { ours } from './api-error';

/** A list that comes in pages, in the form of an infinite query. */
export type Pages<Page> = { readonly pages: Page[]; readonly pageParams: unknown[] };

type Asked = { readonly signal: AbortSignal; readonly pageParam: string | null };

/**
 * The parts of a query whose pages are linked by `next_cursor`. `ask` requests one page; null: the first. `rows` tells
 * where the rows of a page are.
 */
export const pagedQuery = <
  Key extends readonly unknown[],
  Page extends { next_cursor: string | null },
>(
  queryKey: Key,
  rows: string,
  ask: (query: { readonly cursor?: string }, signal: AbortSignal) => Promise<Page>,
) => ({
  queryKey,
  initialPageParam: null as string | null,
  queryFn: async ({ signal, pageParam }: Asked) =>
    ours(await ask(pageParam === null ? {} : { cursor: pageParam }, signal), (page) =>
      Array.isArray((page as Readonly<Record<string, unknown>>)[rows]),
    ),
  getNextPageParam: (last: Page) => last.next_cursor,
});

/** The same pages, each changed by `change`. */
export const mapPages = <Page>(
  list: Pages<Page> | undefined,
  change: (page: Page) => Page,
): Pages<Page> | undefined => list && { ...list, pages: list.pages.map(change) };
