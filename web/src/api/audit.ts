import { body, client } from './client';
import { pagedQuery } from './pages';
import type { components, operations } from './schema';

export type AuditEntry = components['schemas']['AuditEntry'];
export type AuditPage = components['schemas']['AuditPage'];
/** Which entries are listed. A field that is not set excludes nothing. */
export type AuditWish = Readonly<
  Omit<NonNullable<operations['listAudit']['parameters']['query']>, 'cursor' | 'limit'>
>;

const kEntriesPerRequest = 100;
/** The most that the server gives at once. */
const kEntriesPerRequestMax = 200;

const ask = async (query: AuditWish & { cursor?: string; limit: number }, signal: AbortSignal) =>
  body(await client.GET('/api/audit', { params: { query }, signal }));

/** Who did what, the newest first. For admins. */
export const auditQuery = (wish: AuditWish) =>
  pagedQuery(
    ['audit', wish] as const,
    'entries',
    (query, signal): Promise<AuditPage> =>
      ask({ ...wish, limit: kEntriesPerRequest, ...query }, signal),
  );

/** All entries that `wish` lets through, page by page, for an export. */
export async function* auditPages(
  wish: AuditWish,
  signal: AbortSignal,
): AsyncGenerator<readonly AuditEntry[]> {
  let cursor: string | null = null;
  do {
    const page: AuditPage = await ask(
      { ...wish, limit: kEntriesPerRequestMax, ...(cursor === null ? {} : { cursor }) },
      signal,
    );
    yield page.entries;
    cursor = page.next_cursor;
  } while (cursor !== null);
}
