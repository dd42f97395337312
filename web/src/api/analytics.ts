import { ours } from './api-error';
import { body, client } from './client';
import { pagedQuery } from './pages';
import type { components, operations } from './schema';

export type Report = components['schemas']['Report'];
export type Counts = components['schemas']['Counts'];
export type CountName = components['schemas']['CountName'];
export type Lengths = components['schemas']['Lengths'];
export type CountedSession = components['schemas']['CountedSession'];
export type ReportWish = NonNullable<operations['getReport']['parameters']['query']>;
export type SessionsWish = NonNullable<operations['listCountedSessions']['parameters']['query']>;
type Signal = { readonly signal: AbortSignal };

/** How often an open page looks for what has happened since: sessions count within ten seconds. */
const kLookEveryMs = 8_000;

/** What is counted of live sessions and answers. */
export const reportQuery = (wish: ReportWish) => ({
  queryKey: ['analytics', 'report', wish] as const,
  refetchInterval: kLookEveryMs,
  queryFn: async ({ signal }: Signal): Promise<Report> =>
    ours(
      body(await client.GET('/api/analytics/report', { params: { query: wish }, signal })),
      ({ steps }) => Array.isArray(steps),
    ),
});

/** The live sessions behind a number of a report, newest first. */
export const countedSessionsQuery = (wish: SessionsWish) =>
  pagedQuery(['analytics', 'sessions', wish] as const, 'sessions', async (page, signal) =>
    body(
      await client.GET('/api/analytics/sessions', {
        params: { query: { ...wish, ...page } },
        signal,
      }),
    ),
  );

/** Where one's own events are, as lines of JSON or as a table. */
export const interactionFiles = {
  jsonl: '/api/analytics/events',
  csv: '/api/analytics/events?format=csv',
};
