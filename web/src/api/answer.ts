/**
 * Whether an HTTP answer comes from our own server. A sign-in page, a captive portal, a proxy, a firewall or a gateway
 * may answer instead; whatever it says, our server has said nothing. Pure.
 */
import type { components } from './schema';

export type Problem = components['schemas']['Problem'];

export type RawAnswer = {
  /** 0: no answer, or a redirect, since redirects are never followed. */
  readonly status: number;
  /** The header as received; empty when it is absent. */
  readonly contentType: string;
  /** Null when the body was not read, broke off, or was longer than anything that we send. */
  readonly body: string | null;
  /** From 0 to `kRetryAfterMsMax`. */
  readonly retryAfterMs: number;
  /** The version of what was asked for, where the server names one. */
  readonly etag?: string;
};

export type Judged =
  /** 2xx with JSON. It is ours only if `body` also is what the request asked for. */
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  /** 204. It proves nothing by itself. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly code: string }
  /** Not from our server. `words` says for a person what answered: "404 text/plain". */
  | { readonly kind: 'foreign'; readonly words: string };

export const kNoAnswer: RawAnswer = { status: 0, contentType: '', body: null, retryAfterMs: 0 };

const kTypePrefix = 'urn:reprise:problem:';
/** Longer names of media types are cut before a person reads them. */
const kTypeCharsMax = 40;

const mediaType = (contentType: string): string =>
  (contentType.split(';')[0] ?? '').trim().toLowerCase();

const parsed = (body: string | null): unknown => {
  try {
    return body === null ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A problem from our server names its type and repeats the status of the answer. */
const ourProblem = (body: unknown, answered: number): Problem | null => {
  if (!isObject(body)) return null;
  const { type, title, status, detail, request_id } = body;
  if (typeof type !== 'string' || !type.startsWith(kTypePrefix)) return null;
  if (typeof title !== 'string' || status !== answered) return null;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { type, title, status: answered, detail: text(detail), request_id: text(request_id) };
};

/** What answered, in words: the status and the kind of content. */
export const foreignWords = ({ status, contentType }: RawAnswer): string => {
  if (status === 0) return 'no answer';
  const type = mediaType(contentType).slice(0, kTypeCharsMax);
  return `${status} ${type || 'without a body'}`;
};

export function judge(answer: RawAnswer): Judged {
  const { status, contentType, body } = answer;
  const foreign: Judged = { kind: 'foreign', words: foreignWords(answer) };
  const type = mediaType(contentType);
  if (status === 204) return body ? foreign : { kind: 'empty' };
  if (status >= 200 && status < 300) {
    const json = type === 'application/json' ? parsed(body) : undefined;
    return json === undefined ? foreign : { kind: 'json', status, body: json };
  }
  if (status < 400 || type !== 'application/problem+json') return foreign;
  const problem = ourProblem(parsed(body), status);
  if (!problem) return foreign;
  return { kind: 'problem', problem, code: problem.type.slice(kTypePrefix.length) };
}
