/**
 * Answers that were requested before the app was loaded, so that the server works meanwhile. Needs only `fetch`, so that
 * the first script of the page stays small.
 */

/** An answer that nobody took by then is too old to be shown. */
export const kEarlyMs = 5_000;

type Early = { readonly answer: Promise<Response>; readonly atMs: number };

const asked = new Map<string, Early>();

/** Requests a path of the API with its query, as `client` will. */
export function askEarly(path: string): void {
  const answer = fetch(path, { redirect: 'manual' });
  // The caller that takes the answer gets its error.
  answer.catch(() => {});
  asked.set(path, { answer, atMs: performance.now() });
}

/**
 * What an early answer says, for somebody who only looks: whoever takes it still gets all of it. Null when it was not
 * requested or is no JSON that says yes. To be called before anybody can have taken it.
 */
export async function lookEarly(path: string): Promise<unknown> {
  try {
    const answer = await asked.get(path)?.answer;
    return answer?.ok ? await answer.clone().json() : null;
  } catch {
    return null;
  }
}

/** The answer to this request, once; null when it was not requested early. */
export function takeEarly({ method, url }: Request): Promise<Response> | null {
  if (asked.size === 0 || method !== 'GET') return null;
  const { pathname, search } = new URL(url);
  const path = pathname + search;
  const early = asked.get(path);
  asked.delete(path);
  return early && performance.now() - early.atMs < kEarlyMs ? early.answer : null;
}
