import type { LiveSessionState } from '../../api/live-sessions';
import { formatMoment } from '../../ui/format';

/** What this tab and this browser know in addition to the server: who is still sending. */
export type LocalKnowledge = {
  /** The live session that this tab is saving, and how many seconds wait. */
  readonly saving: { readonly liveSessionId: string; readonly waitingSeconds: number } | null;
  /** Recordings of which this browser's journal holds the rest, and which part of that has been sent (0 to 1). */
  readonly sending: ReadonlyMap<string, number>;
};

export type CardState =
  | { readonly kind: 'live' }
  | { readonly kind: 'saving'; readonly words: string; readonly progress: number | null }
  | { readonly kind: 'complete' }
  | { readonly kind: 'gaps' }
  | { readonly kind: 'waiting-elsewhere'; readonly playable: boolean }
  | { readonly kind: 'never-connected' }
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'erased'; readonly words: string };

/** What the card of a live session shows. Pure. */
export function cardState(session: LiveSessionState, local: LocalKnowledge, now: Date): CardState {
  const { recording } = session;
  if (recording?.state === 'erased') {
    const moment = formatMoment(session.created_at, now);
    return { kind: 'erased', words: `Live session, erased · ${moment}` };
  }
  if (recording && local.saving?.liveSessionId === session.id) {
    const seconds = Math.max(1, Math.round(local.saving.waitingSeconds));
    return { kind: 'saving', words: `Saving the last ${seconds} s`, progress: null };
  }
  const sent = recording ? local.sending.get(recording.id) : undefined;
  if (sent !== undefined) return { kind: 'saving', words: 'Sending the rest', progress: sent };
  if (session.reason === 'never_connected') return { kind: 'never-connected' };
  if (session.quiet) return { kind: 'waiting-elsewhere', playable: false };
  if (session.state === 'live') return { kind: 'live' };
  if (!recording) return { kind: 'not-recorded' };
  if (recording.state === 'recording') return { kind: 'waiting-elsewhere', playable: false };
  if (recording.state === 'complete') return { kind: 'complete' };
  if (recording.reason === 'abandoned') return { kind: 'waiting-elsewhere', playable: true };
  return { kind: 'gaps' };
}
