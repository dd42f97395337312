import createClient from 'openapi-fetch';
import { isObject, judge } from './answer';
import { ApiError, errorOf, unreachable } from './api-error';
import { meaningOf } from './meaning';
import { readAnswer } from './read-answer';
import type { paths } from './schema';

/**
 * Gives the answer on only if it may be our server's (answer.ts); rejects with an `ApiError` otherwise. A redirect is never
 * followed: none of our routes redirects.
 */
async function ask(request: Request): Promise<Response> {
  const answer = await readAnswer(fetch(request, { redirect: 'manual' }));
  request.signal.throwIfAborted();
  const error = errorOf(judge(answer));
  if (error) throw error;
  const headers = { 'Content-Type': answer.contentType };
  return new Response(answer.status === 204 ? null : answer.body, {
    status: answer.status,
    headers,
  });
}

/** Typed by api/openapi.yaml. Same origin; rejects with `ApiError` for everything but a 2xx of ours. */
export const client = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  fetch: ask,
});

client.use({
  // A POST without a body, too: the server takes nothing that a form of another site could send.
  onRequest: ({ request }) => {
    if (request.method === 'POST') request.headers.set('content-type', 'application/json');
    return request;
  },
  onError: ({ error }) => {
    if (error instanceof ApiError) return error;
    if (isObject(error) && error.name === 'AbortError') return error as unknown as Error;
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

/**
 * Makes sure that what was at `path` is gone. Whoever removed it was answered by a 204, which has no body and so may be
 * anybody's; only our own 404 or 410 says that it is. Rejects with an `ApiError`.
 */
export async function untilGone(path: string): Promise<void> {
  const url = new URL(path, location.origin);
  const answer = await readAnswer(fetch(new Request(url), { redirect: 'manual' }));
  if (meaningOf({ what: 'erased' }, answer).kind === 'done') return;
  throw errorOf(judge(answer)) ?? new ApiError('unexpected', 'It is still there.');
}
