import { expect, test } from 'vitest';
import type { LiveSnapshot } from '../../media/live-session';
import { connectionWords } from './connection-words';

type Facts = Pick<LiveSnapshot, 'state' | 'connection' | 'spool' | 'back'>;
const facts = (
  state: Facts['state'],
  connection: Facts['connection'],
  server: Facts['spool']['server'] = 'reachable',
  back: Facts['back'] = null,
): Facts => ({
  state,
  connection,
  spool: { server, answers: '', waitingChunks: 0, waitingSeconds: 0, kept: null },
  back,
});
const lost = (lostMs: number, cutAnswer: boolean) =>
  facts('live', 'connected', 'reachable', { lostMs, cutAnswer });

test.each([
  [facts('live', 'connected', 'login-required'), true, 'Signed out, recording in this browser'],
  [facts('preparing', 'connecting'), true, 'Connecting…'],
  [facts('live', 'connected'), true, 'Connected'],
  [facts('live', 'slow'), true, 'Slow connection, sound first'],
  [facts('live', 'reconnecting'), true, 'Reconnecting, keep talking'],
  [facts('live', 'reconnecting', 'unreachable'), true, 'Reconnecting, keep talking'],
  [lost(0, false), true, 'Back. Nothing lost.'],
  [lost(0, true), true, 'Back. An answer was cut.'],
  [lost(820, true), true, 'Back. 0.8 s lost.'],
  [facts('live', 'lost'), true, 'Connection lost'],
  [facts('ending', 'lost'), true, 'Connection lost'],
  [facts('ending', 'closed'), true, 'Hanging up'],
  [
    facts('live', 'connected', 'unreachable'),
    true,
    'Server out of reach, recording in this browser',
  ],
  [facts('live', 'connected', 'unreachable'), false, 'Connected'],
])('%o, recorded %s: %s', (snapshot, recorded, words) => {
  expect(connectionWords(snapshot, recorded).words).toBe(words);
});
