import type { CountName, SessionsWish } from '../../api/analytics';

const kNames = [
  'from',
  'before',
  'model',
  'task',
  'study',
  'condition',
  'person',
  'counted',
  'length',
  'from_ms',
  'before_ms',
] as const;

/** The page with these sessions. */
export function sessionsAddress(wish: SessionsWish): string {
  const set = kNames.flatMap((name) => {
    const value = wish[name];
    return value === undefined ? [] : [[name, String(value)]];
  });
  return `/analytics/sessions?${new URLSearchParams(set)}`;
}

/** What an address asks for. The server says what it does not understand. */
export function sessionsWishOf(search: string): SessionsWish {
  const given = new URLSearchParams(search);
  const wish: Record<string, string | number> = {};
  for (const name of kNames) {
    const value = given.get(name);
    if (value !== null) wish[name] = name.endsWith('_ms') ? Number(value) : value;
  }
  return wish;
}

const kCounted: Partial<Readonly<Record<CountName, string>>> = {
  live: 'live now',
  hangup: 'hung up',
  lost: 'ended by a lost connection',
  error: 'ended by an error',
  never_connected: 'in which nobody was reached',
  abandoned: 'left without a word',
  recorded: 'recorded',
  measured: 'that can be played',
  length_ms: 'with sound',
  interruptions: 'with interruptions',
  reconnects: 'connected again',
  lost_sockets: 'that lost a connection',
  with_gaps: 'with gaps',
  missing_microphone_ms: 'in which your voice is missing',
  missing_model_ms: 'in which the model’s voice is missing',
  missing_camera_ms: 'in which camera is missing',
};

/** Which sessions these are, in words that follow "Sessions". */
export function sessionsWords({ counted, length, from_ms = 0, before_ms }: SessionsWish): string {
  if (counted) return kCounted[counted] ?? '';
  if (!length) return '';
  const what = { gap_ms: 'an answer', yield_ms: 'a stop', duration_ms: 'a length' }[length];
  const seconds = (value: number) => `${value / 1000} s`;
  return `with ${what} of ${seconds(from_ms)} ${before_ms === undefined ? 'or longer' : `to ${seconds(before_ms)}`}`;
}
