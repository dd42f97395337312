import type { LiveSnapshot } from '../../media/live-session';

export type ConnectionWords = {
  readonly words: string;
  readonly dot: 'ok' | 'error' | 'neutral';
};

/** The state of the connection in words. Pure. */
export function connectionWords(
  { state, connection, spool }: Pick<LiveSnapshot, 'state' | 'connection' | 'spool'>,
  recorded: boolean,
): ConnectionWords {
  if (state === 'ending' && connection !== 'lost') return { words: 'Hanging up', dot: 'neutral' };
  if (state === 'ended') return { words: 'Ended', dot: 'neutral' };
  if (connection === 'lost' || (state === 'live' && connection === 'closed')) {
    return { words: 'Connection lost', dot: 'error' };
  }
  if (state === 'preparing' || connection === 'connecting') {
    return { words: 'Connecting…', dot: 'neutral' };
  }
  if (recorded && spool.server === 'unreachable') {
    return { words: 'Server out of reach, recording in this browser', dot: 'error' };
  }
  if (recorded && spool.server === 'login-required') {
    return { words: 'Signed out, recording in this browser', dot: 'error' };
  }
  if (connection === 'slow') return { words: 'Slow connection, sound first', dot: 'neutral' };
  return { words: 'Connected', dot: 'ok' };
}
