import { QueryClient } from '@tanstack/react-query';
import { aboutQuery } from '../api/about';
import { ApiError } from '../api/api-error';
import { onNoAnswer } from '../api/no-answer';

/** How often a server that cannot be reached is asked again, and a reachable one is asked how much storage is left. */
const kServerDownPollMs = 4_000;
const kServerUpPollMs = 60_000;
const kRetriesMax = 1;

const isUnreachable = (error: unknown): boolean =>
  error instanceof ApiError && error.kind === 'unreachable';

/**
 * Holds data of the server. The server may run on this machine, so it does not matter whether the browser considers
 * itself offline.
 */
export function newQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        retry: (count, error) => isUnreachable(error) && count < kRetriesMax,
        retryDelay: 500,
      },
      mutations: { networkMode: 'always' },
    },
  });
  client.setQueryDefaults(aboutQuery.queryKey, {
    retryOnMount: false,
    refetchInterval: ({ state }) =>
      state.errorUpdatedAt > state.dataUpdatedAt ? kServerDownPollMs : kServerUpPollMs,
  });
  // Any request may be the first that finds the server gone. This one says so, and asks until it is back.
  onNoAnswer(() => {
    const about = client.getQueryState(aboutQuery.queryKey);
    if (about && about.errorUpdatedAt <= about.dataUpdatedAt) {
      void client.refetchQueries(
        { queryKey: aboutQuery.queryKey, exact: true },
        { cancelRefetch: false },
      );
    }
  });
  return client;
}
