import { expect, test } from 'vitest';
import { recordingTitle } from './recording-title';

const ended = {
  state: 'complete',
  title: null,
  first_words: '',
  duration_ms: 1000,
  quiet: false,
} as const;
const running = { ...ended, state: 'recording', duration_ms: null } as const;

test.each([
  [{ ...ended, first_words: 'Tea' }, '“Tea”'],
  [{ ...ended, first_words: 'Tea', title: 'Pot' }, 'Pot'],
  [ended, 'Nobody spoke'],
  [{ ...ended, duration_ms: null }, 'Live session'],
  [running, 'Live now'],
  [{ ...running, quiet: true }, 'Live session'],
  [{ ...running, title: 'Pot' }, 'Pot'],
])('%j is called %s', (recording, title) => expect(recordingTitle(recording)).toBe(title));
