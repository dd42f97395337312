import { ApiError } from '../../api/api-error';
import { createLiveSessionOnServer, type LiveSessionStart } from '../../api/live-sessions';
import {
  type ConsentRecord,
  type LiveProblem,
  LiveProblemError,
  type LiveSessionGrant,
} from '../../media/live-session';
import { isNoToken } from './no-token-words';

/** What a refused request means for a live session. Pure. */
export function problemOf(error: unknown, modelAddress: string): LiveProblem {
  if (error instanceof LiveProblemError) return error.problem;
  if (!(error instanceof ApiError)) {
    return { kind: 'unexpected', message: error instanceof Error ? error.message : String(error) };
  }
  if (error.kind === 'unreachable') return { kind: 'server-unreachable' };
  if (error.code === 'disk-full') return { kind: 'disk-full' };
  if (error.code === 'model-unreachable') {
    return { kind: 'model-unreachable', address: modelAddress };
  }
  if (isNoToken(error.code)) return { kind: 'no-token', code: error.code, detail: error.message };
  return { kind: 'unexpected', message: error.message };
}

type Wish = {
  readonly chatId: string;
  readonly consent: ConsentRecord | null;
  /** What the model is told first. */
  readonly history: LiveSessionGrant['history'];
  /** The task that the model is told; null: none. */
  readonly tellTaskId: string | null;
  readonly modelAddress: string;
};

/** What the engine needs of the server's answer; `history`: what the model is told first. Pure. */
export const grantOf = (
  start: LiveSessionStart,
  history: LiveSessionGrant['history'],
): LiveSessionGrant => ({
  liveSessionId: start.live_session.id,
  recordingId: start.recording_id,
  baseUrl: start.connection.base_url,
  apiVersion: start.connection.api_version,
  token: start.connection.token,
  model: start.model,
  config: start.config,
  history: history.map(({ role, text }) => ({ role, text })),
});

/** Asks the server for a live session. Rejects with a `LiveProblemError`. */
export async function requestGrant(wish: Wish): Promise<LiveSessionGrant> {
  const { chatId, consent, history, tellTaskId, modelAddress } = wish;
  try {
    const start = await createLiveSessionOnServer({
      chat_id: chatId,
      record: consent !== null,
      history: history.length > 0,
      ...(tellTaskId === null ? {} : { tell_task_id: tellTaskId }),
      ...(consent
        ? {
            consent: {
              text_version: consent.textVersion,
              text_sha256: consent.textSha256,
              locale: consent.locale,
              given_at: new Date(consent.givenUs / 1000).toISOString(),
              method: consent.method,
              channels: [...consent.channels],
            },
          }
        : {}),
    });
    return grantOf(start, history);
  } catch (error) {
    throw new LiveProblemError(problemOf(error, modelAddress));
  }
}
