import { describe, expect, test } from 'vitest';
import type { LiveSessionState } from '../../api/live-sessions';
import { recordingForTest } from '../../api/recording-for-test';
import type { Recording } from '../../api/recordings';
import { cardState, type LocalKnowledge } from './card-state';

const now = new Date(2026, 10, 24, 12);
const nothing: LocalKnowledge = { saving: null, sending: new Map() };

const recording = (change: Partial<Recording>) => recordingForTest({ first_words: '', ...change });
const session = (change: Partial<LiveSessionState>): LiveSessionState => ({
  id: 's',
  chat_id: 'c',
  state: 'ended',
  reason: 'hangup',
  quiet: false,
  created_at: new Date(2026, 10, 21).toISOString(),
  ended_at: null,
  recording: recording({}),
  ...change,
});

describe('the card of a live session', () => {
  test.each([
    ['complete', session({}), 'complete'],
    [
      'live elsewhere',
      session({ state: 'live', recording: recording({ state: 'recording' }) }),
      'live',
    ],
    [
      'live, but nothing comes any more',
      session({ state: 'live', quiet: true, recording: recording({ state: 'recording' }) }),
      'waiting-elsewhere',
    ],
    ['never connected', session({ reason: 'never_connected', recording: null }), 'never-connected'],
    ['without recording', session({ recording: null }), 'not-recorded'],
    ['with gaps', session({ recording: recording({ state: 'complete_with_gaps' }) }), 'gaps'],
    ['erased', session({ recording: recording({ state: 'erased' }) }), 'erased'],
    ['unfinished', session({ recording: recording({ state: 'recording' }) }), 'waiting-elsewhere'],
    [
      'abandoned',
      session({ recording: recording({ state: 'complete_with_gaps', reason: 'abandoned' }) }),
      'waiting-elsewhere',
    ],
  ])('%s', (_, state, kind) => {
    expect(cardState(state, nothing, now).kind).toBe(kind);
  });

  test('what this tab is saving comes before what the server knows', () => {
    const saving = { liveSessionId: 's', waitingSeconds: 1.6 };
    const unfinished = session({ state: 'live', recording: recording({ state: 'recording' }) });
    expect(cardState(unfinished, { ...nothing, saving }, now)).toEqual({
      kind: 'saving',
      words: 'Saving the last 2 s',
      progress: null,
    });
  });

  test('the rest of a crashed session that this browser sends shows its progress', () => {
    const crashed = session({ state: 'live', recording: recording({ state: 'recording' }) });
    const state = cardState(crashed, { saving: null, sending: new Map([['r', 0.5]]) }, now);
    expect(state).toMatchObject({ kind: 'saving', progress: 0.5 });
  });

  test('an erased one names its day', () => {
    const erased = session({ recording: recording({ state: 'erased' }) });
    expect(cardState(erased, nothing, now)).toMatchObject({
      words: 'Live session, erased · Saturday 00:00',
    });
  });
});
