import createClient from 'openapi-fetch';
import { ApiError, errorOf, unreachable } from './api-error';
import type { paths } from './schema';

/** Typed by api/openapi.yaml. Same origin; rejects with `ApiError` for everything but 2xx. */
export const client = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  fetch: (request) => fetch(request),
});

client.use({
  onResponse: async ({ response }) => {
    if (!response.ok) throw await errorOf(response);
  },
  onError: ({ error }) => {
    if (error instanceof ApiError) return error;
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    return unreachable();
  },
});

/** The body of a request that ended well. */
export function body<T>(result: { readonly data?: T }): T {
  if (result.data === undefined) {
    throw new ApiError('unexpected', 'The server gave an empty answer.');
  }
  return result.data;
}
