/** The two requests of a recording's sender (api/openapi.yaml: putChunk, finishRecording). */
import { crc32c } from './crc';
import type { JournalEndReason } from './journal-files';

/** An answer that takes longer is treated as none: the chunk is sent again, which is safe. */
const kAnswerMsMax = 30_000;
/** Forces a preflight on other origins; the server wants it on every request that changes something. */
const requestHeader = { 'X-Reprise': '1' } as const;

export type Answer = {
  /** 0: no answer. */
  readonly status: number;
  readonly retryAfterMs: number;
};
export type Send = typeof fetch;

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** RFC 9530 `Content-Digest` with the two digests that the server checks. */
export const contentDigest = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const sha256 = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const crc = new Uint8Array(4);
  new DataView(crc.buffer).setUint32(0, crc32c(bytes));
  return `sha-256=:${base64(sha256)}:, crc32c=:${base64(crc)}:`;
};

const answerOf = async (response: Promise<Response>): Promise<Answer> => {
  try {
    const { status, headers, body } = await response;
    await body?.cancel();
    const seconds = Number(headers.get('Retry-After'));
    return { status, retryAfterMs: seconds > 0 ? seconds * 1000 : 0 };
  } catch {
    return { status: 0, retryAfterMs: 0 };
  }
};

export type ChunkRequest = {
  readonly apiBase: string;
  readonly recordingId: string;
  readonly signal: AbortSignal;
  readonly priority: RequestPriority;
};

const recordingUrl = (request: ChunkRequest): string =>
  `${request.apiBase}/recordings/${encodeURIComponent(request.recordingId)}`;

const optionsOf = (request: ChunkRequest, method: string, contentType: string): RequestInit => ({
  method,
  headers: { ...requestHeader, 'Content-Type': contentType },
  priority: request.priority,
  redirect: 'error',
  signal: AbortSignal.any([request.signal, AbortSignal.timeout(kAnswerMsMax)]),
});

export const putChunk = async (
  send: Send,
  request: ChunkRequest,
  seq: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Answer> => {
  const options = optionsOf(request, 'PUT', 'application/vnd.mcap');
  const headers = { ...options.headers, 'Content-Digest': await contentDigest(bytes) };
  const url = `${recordingUrl(request)}/chunks/${seq}`;
  return answerOf(send(url, { ...options, headers, body: bytes }));
};

export const postFinish = (
  send: Send,
  request: ChunkRequest,
  end: { readonly lastSeq: number; readonly reason: JournalEndReason },
): Promise<Answer> => {
  const body = JSON.stringify({ last_seq: end.lastSeq, reason: end.reason });
  const options = optionsOf(request, 'POST', 'application/json');
  return answerOf(send(`${recordingUrl(request)}/finish`, { ...options, body }));
};

/** Highest seq that the server holds; null when it does not say. */
export const storedLastSeq = async (send: Send, request: ChunkRequest): Promise<number | null> => {
  try {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(kAnswerMsMax)]);
    const response = await send(`${recordingUrl(request)}/chunks`, { signal });
    if (!response.ok) return null;
    const list = (await response.json()) as { chunks?: readonly { seq?: unknown }[] };
    const seqs = (list.chunks ?? []).map((chunk) => Number(chunk.seq)).filter(Number.isInteger);
    return seqs.reduce((highest, seq) => Math.max(highest, seq), -1);
  } catch {
    return null;
  }
};
