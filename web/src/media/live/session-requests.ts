/** What the engine itself asks of the server: the end of a live session. */
import { client } from '../../api/client';

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
