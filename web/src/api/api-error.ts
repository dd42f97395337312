import type { Judged } from './answer';

/**
 * A request that failed.
 * - `problem`: the server refused and said why (RFC 9457); `code` is the end of the problem's type;
 * - `unreachable`: the server does not answer, or something else answers instead;
 * - `unexpected`: the server gave an answer that we do not understand.
 * `message` is a sentence for people. `status` is the problem's status, otherwise 0, since a status from somebody else
 * means nothing.
 */
export class ApiError extends Error {
  readonly kind: 'problem' | 'unreachable' | 'unexpected';
  readonly status: number;
  readonly code: string;
  readonly requestId: string;

  constructor(
    kind: ApiError['kind'],
    message: string,
    facts: { readonly status?: number; readonly code?: string; readonly requestId?: string } = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.kind = kind;
    this.status = facts.status ?? 0;
    this.code = facts.code ?? '';
    this.requestId = facts.requestId ?? '';
  }
}

export const unreachable = () => new ApiError('unreachable', 'The server does not answer.');

/** The error for an answer in our form that is not what the request asked for. */
export const notOurs = () =>
  new ApiError('unreachable', 'The server does not answer; something else does in its place.');

/**
 * Returns `value` if it is what the request asked for: a sign-in page may send JSON, too. Throws an `ApiError`
 * otherwise.
 */
export function ours<T>(value: T, isWhatWasAsked: (value: T) => boolean): T {
  if (typeof value !== 'object' || value === null || !isWhatWasAsked(value)) throw notOurs();
  return value;
}

/** Statuses of a proxy whose server is gone. Our own 502 is a problem with a type. */
const kGatewayWords = /^(0|502|503|504) |^no answer$/;

/** The error for an answer that is a problem or is not ours; null for an answer that may be ours. */
export function errorOf(judged: Judged): ApiError | null {
  if (judged.kind === 'problem') {
    const { status, detail, title, request_id } = judged.problem;
    const facts = { status, code: judged.code, requestId: request_id };
    return new ApiError('problem', detail || title, facts);
  }
  if (judged.kind !== 'foreign') return null;
  if (kGatewayWords.test(judged.words)) return unreachable();
  const message = `The server does not answer; something else does in its place (${judged.words}).`;
  return new ApiError('unreachable', message);
}

/** The sentence to show for anything that a request threw. */
export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong that we did not expect.';
