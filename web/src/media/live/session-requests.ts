/** What a live session asks of the server while it runs: tokens for further sockets, and its end. */
import { ApiError, notOurs } from '../../api/api-error';
import { body, client } from '../../api/client';
import { isToken } from '../../api/meaning';
import type { TokenAnswer } from './live-sockets';

type EndReason = 'hangup' | 'lost' | 'error' | 'never_connected';
const kTimeoutMs = 5000;

/**
 * Says why the talk ended. A server that is out of reach learns it from the recording or by its own
 * time limit.
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

/** How often a talk that is not recorded says that it goes on (api/openapi.yaml). */
export const kAliveMs = 10_000;

/** The talk goes on. Nothing depends on one that gets lost. */
export const keepLiveSession = async (liveSessionId: string): Promise<void> => {
  await client
    .POST('/api/live/sessions/{live_session_id}/alive', {
      params: { path: { live_session_id: liveSessionId } },
      signal: AbortSignal.timeout(kTimeoutMs),
    })
    .catch(() => {});
};

/** Nothing was recorded: the session ended before its recording began. */
export const finishEmptyRecording = async (recordingId: string): Promise<void> => {
  await client
    .POST('/api/recordings/{recording_id}/finish', {
      params: { path: { recording_id: recordingId } },
      body: { last_seq: -1, reason: 'error' },
      signal: AbortSignal.timeout(kTimeoutMs),
    })
    .catch(() => {});
};

/** The server asks Google; both may take their time. */
const kMintTimeoutMs = 8000;
/** Statuses that say nothing about this talk: later it may go. */
const kLater: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);
/** What the model's service refuses until somebody changes something; all else passes by itself. */
const kRefused = /^model-(key-|api-|account|location|quota|unknown|request-refused|refused)/;

/**
 * A token for one more socket of the session; with the handle that the socket resumes, else for a
 * new one. Never rejects.
 */
export const mintToken = async (
  liveSessionId: string,
  handle: string | null,
): Promise<TokenAnswer> => {
  try {
    const minted = body(
      await client.POST('/api/live/sessions/{live_session_id}/token', {
        params: { path: { live_session_id: liveSessionId } },
        ...(handle !== null && { body: { handle } }),
        signal: AbortSignal.timeout(kMintTimeoutMs),
      }),
    );
    if (!isToken(minted)) throw notOurs();
    return { type: 'token', token: minted.token };
  } catch (error) {
    return { type: 'no-token', refusal: refusalOf(error) };
  }
};

/** What our server answered for good; null: later it may go. */
export const refusalOf = (error: unknown): string | null => {
  if (!(error instanceof ApiError) || error.kind !== 'problem') return null;
  const final = error.status < 500 ? !kLater.has(error.status) : kRefused.test(error.code);
  return final ? error.message : null;
};
