/** The requests of a running live session to the server: tokens for further sockets, signs of life, and the end. */
import { ApiError, notOurs } from '../../api/api-error';
import { body, client } from '../../api/client';
import { isToken } from '../../api/meaning';
import type { TokenAnswer } from './live-sockets';

type EndReason = 'hangup' | 'lost' | 'error' | 'never_connected';
const kTimeoutMs = 5000;

/**
 * Tells the server why the talk ended. A server that cannot be reached learns it from the recording, or by its own time
 * limit.
 */
export const endLiveSession = async (liveSessionId: string, reason: EndReason): Promise<void> => {
  await client
    .POST('/api/live/sessions/{live_session_id}/end', {
      params: { path: { live_session_id: liveSessionId } },
      body: { reason },
      signal: AbortSignal.timeout(kTimeoutMs),
    })
    .catch(() => {});
};

/** How often a talk that is not recorded gives a sign of life (api/openapi.yaml). */
export const kAliveMs = 10_000;

/** Gives a sign of life. It may get lost without harm. */
export const keepLiveSession = async (liveSessionId: string): Promise<void> => {
  await client
    .POST('/api/live/sessions/{live_session_id}/alive', {
      params: { path: { live_session_id: liveSessionId } },
      signal: AbortSignal.timeout(kTimeoutMs),
    })
    .catch(() => {});
};

/** Finishes a recording without chunks: the session ended before its recording began. */
export const finishEmptyRecording = async (recordingId: string): Promise<void> => {
  await client
    .POST('/api/recordings/{recording_id}/finish', {
      params: { path: { recording_id: recordingId } },
      body: { last_seq: -1, reason: 'error' },
      signal: AbortSignal.timeout(kTimeoutMs),
    })
    .catch(() => {});
};

/** The server must ask Google, and both may need time. */
const kMintTimeoutMs = 8000;
/** Statuses that do not concern this talk: a later request may succeed. */
const kLater: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);
/** Problems that stay until a person changes something. All others pass by themselves. */
const kRefused = /^model-(key-|api-|account|location|quota|unknown|request-refused|refused)/;

/** Gets a token for one more socket of the session; with a handle, for a socket that resumes from it. Never rejects. */
export const mintToken = async (
  liveSessionId: string,
  handle: string | null,
  /** Without a handle, the model is told the history again. */
  history: boolean,
): Promise<TokenAnswer> => {
  try {
    const minted = body(
      await client.POST('/api/live/sessions/{live_session_id}/token', {
        params: { path: { live_session_id: liveSessionId } },
        ...(handle !== null ? { body: { handle } } : history && { body: { history } }),
        signal: AbortSignal.timeout(kMintTimeoutMs),
      }),
    );
    if (!isToken(minted)) throw notOurs();
    return { type: 'token', token: minted.token };
  } catch (error) {
    return { type: 'no-token', refusal: refusalOf(error) };
  }
};

/** Our server's final refusal in words; null: a later request may succeed. */
export const refusalOf = (error: unknown): string | null => {
  if (!(error instanceof ApiError) || error.kind !== 'problem') return null;
  const final = error.status < 500 ? !kLater.has(error.status) : kRefused.test(error.code);
  return final ? error.message : null;
};
