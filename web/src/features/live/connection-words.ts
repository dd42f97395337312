import type { LiveSnapshot } from '../../media/live-session';

export type ConnectionWords = {
  readonly words: string;
  readonly dot: 'ok' | 'error' | 'neutral';
};

type Facts = Pick<LiveSnapshot, 'state' | 'connection' | 'spool' | 'back'>;

/** The state of the connection in words. Pure. */
export function connectionWords(
  { state, connection, spool, back }: Facts,
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
  if (connection === 'reconnecting') {
    return { words: 'Reconnecting, keep talking', dot: 'neutral' };
  }
  if (recorded && spool.server === 'unreachable') {
    return { words: 'Server out of reach, recording in this browser', dot: 'error' };
  }
  if (recorded && spool.server === 'login-required') {
    return { words: 'Signed out, recording in this browser', dot: 'error' };
  }
  if (connection === 'slow') return { words: 'Slow connection, sound first', dot: 'neutral' };
  return { words: back ? backWords(back) : 'Connected', dot: 'ok' };
}

function backWords({ lostMs, cutAnswer }: NonNullable<Facts['back']>): string {
  if (lostMs > 0) return `Back. ${(lostMs / 1000).toFixed(1)} s lost.`;
  return cutAnswer ? 'Back. An answer was cut.' : 'Back. Nothing lost.';
}
