import { ours } from './api-error';
import { body, client } from './client';
import { isToken } from './meaning';
import type { components } from './schema';

export type LiveSessionState = components['schemas']['LiveSession'];
export type LiveSessionStart = components['schemas']['LiveSessionStart'];
export type LiveSessionCreate = components['schemas']['LiveSessionCreate'];

export const getLiveSession = async (id: string, signal: AbortSignal): Promise<LiveSessionState> =>
  ours(
    body(
      await client.GET('/api/live/sessions/{live_session_id}', {
        params: { path: { live_session_id: id } },
        signal,
      }),
    ),
    (session) => session.id === id,
  );

/**
 * Tells the server that the person takes their consent back. What is recorded is kept or erased, as they choose; the
 * page itself stops recording.
 */
export const withdrawConsent = async (
  liveSessionId: string,
  recording: 'keep' | 'erase',
  /** The last chunk that was recorded before; null: what the server has. */
  lastSeq: number | null,
): Promise<LiveSessionState> =>
  body(
    await client.POST('/api/live/sessions/{live_session_id}/withdraw-consent', {
      params: { path: { live_session_id: liveSessionId } },
      body: { recording, last_seq: lastSeq },
    }),
  );

/** Creates a live session and mints its token. The token works once and for a minute. */
export const createLiveSessionOnServer = async (
  request: LiveSessionCreate,
): Promise<LiveSessionStart> => {
  return ours(body(await client.POST('/api/live/sessions', { body: request })), ({ connection }) =>
    isToken(connection),
  );
};
