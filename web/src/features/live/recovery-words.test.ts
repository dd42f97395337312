import { describe, expect, it, test } from 'vitest';
import type { KeptChunks, OrphanProgress, SpoolState } from '../../media/live-session';
import { foreignWords, keptReason, keptTitle, recordedWords } from './kept-words';
import { recoveryWords } from './recovery-words';

const firewall: KeptChunks = { chunks: 1, by: 'network', words: '403 text/html' };
const orphan = (change: Partial<OrphanProgress>): OrphanProgress => ({
  recordingId: 'r1',
  chunksTotal: 3,
  chunksSent: 1,
  state: 'sending',
  durationSeconds: 12.4,
  answers: '',
  kept: null,
  missingChunks: null,
  ...change,
});

describe('words for the rest of a session', () => {
  it('only what the server calls complete is called complete', () => {
    const states = ['sending', 'waiting', 'gaps', 'kept', 'unknown'] as const;
    for (const state of states) {
      const words = recoveryWords(orphan({ state, kept: firewall, missingChunks: 1 }));
      expect(`${words?.title} ${words?.text}`, state).not.toMatch(/(?<!not )\bcomplete\b/);
      expect(words?.actions, state).not.toEqual([]);
    }
    expect(recoveryWords(orphan({ state: 'done' }))?.title).toBe('The session is complete.');
  });

  it.each<[string, Partial<OrphanProgress>, string[], RegExp]>([
    ['sending', {}, ['discard'], /12 s were still in this browser/],
    ['waiting', { state: 'waiting' }, ['discard'], /12 s are in this browser.*answers\.$/],
    [
      'waiting behind a captive portal',
      { state: 'waiting', answers: '200 text/html' },
      ['discard'],
      /answers in its place \(200 text\/html\)/,
    ],
    ['with gaps', { state: 'gaps', missingChunks: 2 }, ['play', 'close'], /2 parts are missing/],
    ['with gaps of unknown size', { state: 'gaps' }, ['play', 'close'], /It is not complete/],
    [
      'kept',
      { state: 'kept', kept: firewall, missingChunks: 1, durationSeconds: 1 },
      ['download', 'discard', 'close'],
      /403 text\/html.*tried again at your next visit.*One part is missing/,
    ],
    ['unknown', { state: 'unknown' }, ['download', 'discard', 'close'], /12 s are kept/],
  ])('%s', (_, change, actions, text) => {
    const words = recoveryWords(orphan(change));
    expect(words?.actions).toEqual(actions);
    expect(words?.text).toMatch(text);
  });

  it('says nothing of parts that were discarded', () => {
    expect(recoveryWords(orphan({ state: 'discarded' }))).toBeNull();
  });
});

test.each<[KeptChunks['by'], string, string]>([
  ['server', 'Other bytes are stored.', 'The server said: Other bytes are stored.'],
  ['network', 'no answer', 'It gets no answer, while others do.'],
  [
    'network',
    '403 text/html',
    'Something before the server answers in its place (403 text/html), while others arrive.',
  ],
  ['browser', 'busy', 'This browser cannot read it now: busy'],
])('kept because of the %s: %s', (by, words, want) => {
  expect(keptReason({ chunks: 1, by, words })).toBe(want);
});

test('one part, or several', () => {
  expect(keptTitle(firewall)).toBe('One part is not accepted.');
  expect(keptTitle({ ...firewall, chunks: 3 })).toBe('3 parts are not accepted.');
});

test('a server that simply is not there needs no second sentence', () => {
  expect(foreignWords('')).toBe('');
  expect(foreignWords('no answer')).toBe('');
});

const spool = (change: Partial<SpoolState>): SpoolState => ({
  ...{ server: 'reachable', answers: '', waitingChunks: 0, waitingSeconds: 0, kept: null },
  ...change,
});
test.each<[string, string | null, SpoolState, RegExp]>([
  ['all', null, spool({}), /^Everything until 0:20 is recorded\.$/],
  [
    'what waits',
    null,
    spool({ waitingChunks: 3, waitingSeconds: 3.2 }),
    /recorded; 3 s of it are in this browser/,
  ],
  ['what is kept', null, spool({ kept: firewall }), /recorded; 1 s of it are in this browser/],
  ['not all', 'No room.', spool({}), /^Not everything is recorded\. No room\.$/],
])('after the end: %s', (_, notRecorded, state, want) => {
  expect(recordedWords('0:20', { notRecorded, spool: state })).toMatch(want);
});
