import createClient from 'openapi-fetch';
import { isObject, judge } from './answer';
import { ApiError, errorOf, unreachable } from './api-error';
import { takeEarly } from './early-answers';
import { loginNeeded } from './login-needed';
import { meaningOf } from './meaning';
import { sayNoAnswer } from './no-answer';
import { readAnswer } from './read-answer';
import type { paths } from './schema';

/**
 * Returns the answer only if it may come from our server (answer.ts); otherwise rejects with an `ApiError`. Redirects
 * are never followed, since none of our routes redirects.
 */
async function ask(request: Request): Promise<Response> {
  const answer = await readAnswer(takeEarly(request) ?? fetch(request, { redirect: 'manual' }));
  request.signal.throwIfAborted();
  const error = errorOf(judge(answer));
  if (error?.status === 401) loginNeeded.say();
  if (error) throw error;
  const headers = {
    'Content-Type': answer.contentType,
    ...(answer.etag === undefined ? {} : { ETag: answer.etag }),
  };
  return new Response(answer.status === 204 ? null : answer.body, {
    status: answer.status,
    headers,
  });
}

/** Typed by api/openapi.yaml. Same origin. Rejects with `ApiError` for everything except a 2xx from our server. */
export const client = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  fetch: ask,
});

client.use({
  // Also without a body: the server takes no change that a form of another site could send.
  onRequest: ({ request }) => {
    if (request.method === 'GET') return request;
    // Tables say themselves what they are.
    if (!request.headers.get('content-type')?.startsWith('text/csv')) {
      request.headers.set('content-type', 'application/json');
    }
    return request;
  },
  onError: ({ error }) => {
    if (isObject(error) && error.name === 'AbortError') return error as unknown as Error;
    const failure = error instanceof ApiError ? error : unreachable();
    if (failure.kind === 'unreachable') sayNoAnswer();
    return failure;
  },
});

/** The body of a request that succeeded. */
export function body<T>(result: { readonly data?: T }): T {
  if (result.data === undefined) {
    throw new ApiError('unexpected', 'The server gave an empty answer.');
  }
  return result.data;
}

/**
 * Makes sure that what was at `path` is gone. A 204 to the deletion has no body, so anybody may have sent it; only our
 * own 404 or 410 proves that the thing is gone. Rejects with an `ApiError`.
 */
export async function untilGone(path: string): Promise<void> {
  const url = new URL(path, location.origin);
  const answer = await readAnswer(fetch(new Request(url), { redirect: 'manual' }));
  if (meaningOf({ what: 'erased' }, answer).kind === 'done') return;
  throw errorOf(judge(answer)) ?? new ApiError('unexpected', 'It is still there.');
}

/**
 * Deletes what is at `path`, where it perhaps was deleted already. Rejects with an `ApiError` when it may still be there.
 */
export async function deleteAgain(path: string): Promise<void> {
  const url = new URL(path, location.origin);
  const headers = { 'content-type': 'application/json' };
  try {
    await ask(new Request(url, { method: 'DELETE', headers }));
  } catch (error) {
    const gone = error instanceof ApiError && (error.status === 404 || error.status === 410);
    if (!gone) throw error;
  }
}
