/** The requests that send a recording (api/openapi.yaml), and what their answers mean. */
import { kNoAnswer, type RawAnswer } from '../../api/answer';
import { type Meaning, meaningOf } from '../../api/meaning';
import { readAnswer } from '../../api/read-answer';
import { crc32c } from './crc';
import type { JournalEndReason } from './journal-files';

/** An answer that takes longer counts as none: the chunk is sent again, which is safe. */
const kAnswerMsMax = 30_000;
/** Forces a preflight on other origins. The server requires it on every request that changes something. */
const requestHeader = { 'X-Reprise': '1' } as const;

export type Send = typeof fetch;

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** RFC 9530 `Content-Digest` with the two digests that the server checks. */
const digestHeader = (sha: Uint8Array, bytes: Uint8Array<ArrayBuffer>): string => {
  const crc = new Uint8Array(4);
  new DataView(crc.buffer).setUint32(0, crc32c(bytes));
  return `sha-256=:${base64(sha)}:, crc32c=:${base64(crc)}:`;
};

export type ChunkRequest = {
  readonly apiBase: string;
  readonly recordingId: string;
  readonly signal: AbortSignal;
  readonly priority: RequestPriority;
};

const recordingUrl = (request: ChunkRequest): string =>
  `${request.apiBase}/recordings/${encodeURIComponent(request.recordingId)}`;

/** Does not follow redirects, since only sign-in pages redirect here. */
const ask = (send: Send, request: ChunkRequest, path: string, init: RequestInit) => {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(kAnswerMsMax)]);
  const { priority } = request;
  const url = `${recordingUrl(request)}${path}`;
  const asked = async () => send(url, { ...init, priority, redirect: 'manual', signal });
  return readAnswer(asked());
};

export const putChunk = async (
  send: Send,
  request: ChunkRequest,
  seq: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Meaning> => {
  const sha = await sha256(bytes);
  const headers = {
    ...requestHeader,
    'Content-Type': 'application/vnd.mcap',
    'Content-Digest': digestHeader(sha, bytes),
  };
  const answer = await ask(send, request, `/chunks/${seq}`, {
    method: 'PUT',
    headers,
    body: bytes,
  });
  return meaningOf({ what: 'chunk', seq, sha256Hex: hex(sha) }, answer);
};

export const postFinish = async (
  send: Send,
  request: ChunkRequest,
  end: { readonly lastSeq: number; readonly reason: JournalEndReason },
): Promise<Meaning> => {
  const body = JSON.stringify({ last_seq: end.lastSeq, reason: end.reason });
  const headers = { ...requestHeader, 'Content-Type': 'application/json' };
  const answer = await ask(send, request, '/finish', { method: 'POST', headers, body });
  return meaningOf({ what: 'finish', recordingId: request.recordingId }, answer);
};

/** The meaning of a request that could not even be made. */
export const noAnswer = (): Meaning => meaningOf({ what: 'listing' }, kNoAnswer);

const get = (send: Send, request: ChunkRequest, path: string): Promise<RawAnswer> =>
  ask(send, request, path, { method: 'GET' });

/** The highest seq that the server has (−1: it has none); null when it does not answer that. */
export const storedLastSeq = async (send: Send, request: ChunkRequest): Promise<number | null> => {
  const answer = await get(send, request, '/chunks?limit=1');
  const meaning = meaningOf({ what: 'listing' }, answer);
  if (meaning.kind !== 'done') return null;
  const { highest_seq: highest } = meaning.body as { readonly highest_seq: number | null };
  return highest ?? -1;
};

/** What the server says about a recording now. */
export type RecordingWord = {
  readonly state: 'recording' | 'complete' | 'complete_with_gaps' | 'erased' | 'unknown';
  /** How many chunks up to the last one are absent; null when the server did not say it. */
  readonly missingChunks: number | null;
};

/** Asks the server; null when it cannot be reached. */
export const askRecording = async (
  send: Send,
  request: ChunkRequest,
): Promise<RecordingWord | null> => {
  const { recordingId } = request;
  const meaning = meaningOf({ what: 'recording', recordingId }, await get(send, request, ''));
  if (meaning.kind === 'erased' || meaning.kind === 'unknown') {
    return { state: meaning.kind, missingChunks: null };
  }
  if (meaning.kind !== 'done') return null;
  const { recording } = meaning.body as {
    readonly recording: {
      readonly state: RecordingWord['state'];
      readonly last_seq?: unknown;
      readonly chunks_stored?: unknown;
    };
  };
  const { state, last_seq: last, chunks_stored: stored } = recording;
  const known = typeof last === 'number' && typeof stored === 'number';
  return { state, missingChunks: known ? Math.max(0, last + 1 - stored) : null };
};
