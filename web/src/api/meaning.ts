/**
 * What an answer to a request means that must not be got wrong. The one rule: **an answer is our server's only if it proves it**
 * (api/answer.ts), and what it took is proved by its own words: the digest of the chunk, the id of the recording. Everything
 * else is a server out of reach: what was to be sent is kept and sent again. Pure.
 */
import { isObject, judge, type RawAnswer } from './answer';

export type Asked =
  | { readonly what: 'chunk'; readonly seq: number; readonly sha256Hex: string }
  | { readonly what: 'finish' | 'recording'; readonly recordingId: string }
  /** Which chunks are stored. */
  | { readonly what: 'listing' }
  /** A token for one more socket. */
  | { readonly what: 'token' }
  /** Whether what was erased is gone: the answer to asking for it. A 204 to the erasing itself proves nothing. */
  | { readonly what: 'erased' };

export type Meaning =
  /** Done, and proved. `body` is of the asked kind. */
  | { readonly kind: 'done'; readonly body: unknown }
  /** Our server will never take this. `words`: its sentence. */
  | { readonly kind: 'refused'; readonly code: string; readonly words: string }
  /** Our server, but not now. */
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
  /** Not our server. `words`: what answered in its place. */
  | { readonly kind: 'foreign'; readonly words: string; readonly retryAfterMs: number };

const kRecordingStates: readonly unknown[] = ['recording', 'complete', 'complete_with_gaps'];

const isRecording = (body: unknown, id: string): boolean =>
  isObject(body) && body.id === id && kRecordingStates.includes(body.state);

const isChunkList = (body: unknown): boolean =>
  isObject(body) &&
  Array.isArray(body.chunks) &&
  body.chunks.every((chunk) => isObject(chunk) && Number.isInteger(chunk.seq)) &&
  (body.last_seq === null || Number.isInteger(body.last_seq));

const hasText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Whether it is a `LiveToken`. */
export const isToken = (value: unknown): boolean =>
  isObject(value) && hasText(value.token) && hasText(value.base_url);

/** Whether the 2xx is the one that was asked for. */
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

/** Statuses of ours that pass by themselves: the same request may be taken later. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

const ofProblem = (asked: Asked, answer: RawAnswer, code: string, words: string): Meaning => {
  const { status, retryAfterMs } = answer;
  const gone = status === 410 || status === 404;
  if (asked.what === 'erased' && gone) return { kind: 'done', body: null };
  if (status === 410) return { kind: 'erased' };
  if (status === 404) return { kind: 'unknown' };
  if (status === 507) return { kind: 'later', why: 'disk-full', words, retryAfterMs };
  // A login that ended during an upload begins again, and the upload goes on.
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
