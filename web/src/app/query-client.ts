import { QueryClient } from '@tanstack/react-query';
import { aboutQuery } from '../api/about';
import { ApiError } from '../api/api-error';

/** How often an unreachable server is asked whether it is back, and a reachable one how much room is left. */
const kServerDownPollMs = 4_000;
const kServerUpPollMs = 60_000;
const kRetriesMax = 1;

/** Server data. The server may run on this machine, so the browser's idea of being offline does not count. */
export function newQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        retry: (count, error) =>
          error instanceof ApiError && error.kind === 'unreachable' && count < kRetriesMax,
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
  return client;
}
