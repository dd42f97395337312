import type { components } from './schema';

type Problem = components['schemas']['Problem'];

/** The parts of a problem that we use, or null when the body is no problem of ours. */
function parseProblem(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null) return null;
  const { type, title, status, detail, request_id } = body as Partial<Record<string, unknown>>;
  if (typeof type !== 'string' || typeof title !== 'string' || typeof status !== 'number') {
    return null;
  }
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { type, title, status, detail: text(detail), request_id: text(request_id) };
}

const kTypePrefix = 'urn:reprise:problem:';

/**
 * A request that did not do what it should.
 * - `problem`: the server refused and said why (RFC 9457); `code` is the name at the end of its type;
 * - `unreachable`: the server does not answer at all;
 * - `unexpected`: an answer that is not ours, for example of a proxy.
 * `message` is a sentence for people.
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

/** Statuses that a proxy gives when the server behind it is gone. Our own 502 is a problem with a type. */
const kGatewayStatuses = [502, 503, 504];

/** Makes the error of a response that is not 2xx. */
export async function errorOf(response: Response): Promise<ApiError> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const problem = isProblem ? parseProblem(await response.json().catch(() => null)) : null;
  if (problem) {
    const { type, status, detail, title, request_id } = problem;
    const code = type.startsWith(kTypePrefix) ? type.slice(kTypePrefix.length) : type;
    return new ApiError('problem', detail || title, { status, code, requestId: request_id });
  }
  if (kGatewayStatuses.includes(response.status)) return unreachable();
  const message = `The server gave an answer that we do not understand (${response.status}).`;
  return new ApiError('unexpected', message, { status: response.status });
}

/** The sentence to show for anything that was thrown by a request. */
export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong that we did not expect.';
