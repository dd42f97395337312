/**
 * What the answer to an important request means. The one rule: **an answer is our server's only if it proves that**
 * (api/answer.ts), and its own words must prove what it took: the digest of the chunk, the id of the recording. Any
 * other answer means that the server cannot be reached: what was to be sent is kept and sent again. Pure.
 */
import { isObject, judge, type RawAnswer } from './answer';

export type Asked =
  | { readonly what: 'chunk'; readonly seq: number; readonly sha256Hex: string }
  | { readonly what: 'finish' | 'recording'; readonly recordingId: string }
  /** Which chunks are stored. */
  | { readonly what: 'listing' }
  /** A token for one more socket. */
  | { readonly what: 'token' }
  /** Whether something erased is gone: the answer to a request for it. A 204 to the erasure itself proves nothing. */
  | { readonly what: 'erased' };

export type Meaning =
  /** Done, with proof. `body` is what the request asked for. */
  | { readonly kind: 'done'; readonly body: unknown }
  /** Our server will never take this. `words` is its sentence. */
  | { readonly kind: 'refused'; readonly code: string; readonly words: string }
  /** Our server takes this, but not now. */
  | {
      readonly kind: 'later';
      readonly why: 'disk-full' | 'login-required' | 'busy';
      readonly words: string;
      readonly retryAfterMs: number;
    }
  /** The recording was erased. */
  | { readonly kind: 'erased' }
  /** Our server has no such recording. */
  | { readonly kind: 'unknown' }
  /** Not our server. `words`: what answered instead. */
  | { readonly kind: 'foreign'; readonly words: string; readonly retryAfterMs: number };

const kRecordingStates: readonly unknown[] = ['recording', 'complete', 'complete_with_gaps'];

const isRecording = (body: unknown, id: string): boolean =>
  isObject(body) && body.id === id && kRecordingStates.includes(body.state);

const isChunkList = (body: unknown): boolean =>
  isObject(body) &&
  Array.isArray(body.chunks) &&
  body.chunks.every((chunk) => isObject(chunk) && Number.isInteger(chunk.seq)) &&
  (body.last_seq === null || Number.isInteger(body.last_seq)) &&
  (body.highest_seq === null || Number.isInteger(body.highest_seq));

const hasText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Whether it is a `LiveToken`. */
export const isToken = (value: unknown): boolean =>
  isObject(value) && hasText(value.token) && hasText(value.base_url);

/** Whether the 2xx is what the request asked for. */
const proves = (asked: Asked, status: number, body: unknown): boolean => {
  switch (asked.what) {
    case 'chunk':
      return (
        status === 201 &&
        isObject(body) &&
        body.seq === asked.seq &&
        body.sha256 === asked.sha256Hex
      );
    case 'finish':
      return status === 200 && isRecording(body, asked.recordingId);
    case 'recording':
      return status === 200 && isObject(body) && isRecording(body.recording, asked.recordingId);
    case 'listing':
      return status === 200 && isChunkList(body);
    case 'token':
      return status === 201 && isToken(body);
    case 'erased':
      return false;
  }
};

/** Statuses of our server that pass by themselves: the same request may succeed later. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

const ofProblem = (asked: Asked, answer: RawAnswer, code: string, words: string): Meaning => {
  const { status, retryAfterMs } = answer;
  const gone = status === 410 || status === 404;
  if (asked.what === 'erased' && gone) return { kind: 'done', body: null };
  if (status === 410) return { kind: 'erased' };
  if (status === 404) return { kind: 'unknown' };
  if (status === 507) return { kind: 'later', why: 'disk-full', words, retryAfterMs };
  // A login that ended during an upload will be renewed, and the upload then continues.
  if (status === 401 || status === 403) {
    return { kind: 'later', why: 'login-required', words, retryAfterMs };
  }
  if (isPassing(status)) return { kind: 'later', why: 'busy', words, retryAfterMs };
  return { kind: 'refused', code, words };
};

export function meaningOf(asked: Asked, answer: RawAnswer): Meaning {
  const judged = judge(answer);
  const { retryAfterMs } = answer;
  switch (judged.kind) {
    case 'problem': {
      const { detail, title } = judged.problem;
      return ofProblem(asked, answer, judged.code, detail || title);
    }
    case 'json':
      if (proves(asked, judged.status, judged.body)) return { kind: 'done', body: judged.body };
      return { kind: 'foreign', words: `${judged.status} that is not ours`, retryAfterMs };
    case 'empty':
      return { kind: 'foreign', words: '204 without a body', retryAfterMs };
    case 'foreign':
      return { kind: 'foreign', words: judged.words, retryAfterMs };
  }
}
