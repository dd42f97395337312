import { expect, test } from 'vitest';
import type { LiveCaption } from '../../media/live-session';
import { comingShown, heardCaption } from './caption-edge';

const caption = (id: number, change: Partial<LiveCaption>): LiveCaption => ({
  id,
  speaker: 'model',
  heard: 'Heard.',
  coming: '',
  interrupted: false,
  written: false,
  wordsNotHeard: 0,
  ...change,
});
const person = caption(2, { speaker: 'person' });

test.each([
  ['nothing was said', [], null],
  ['the newest caption', [caption(1, {}), person], 2],
  [
    'an answer that is still heard while one talks over it',
    [caption(1, { coming: ' more' }), person],
    1,
  ],
  ['the words that cut an answer off', [caption(1, { interrupted: true }), person], 2],
  [
    'the newest answer, not one that was never heard',
    [caption(1, { coming: ' more' }), person, caption(3, {})],
    3,
  ],
] as const)('the heard words are in %s', (_name, captions, id) => {
  expect(heardCaption(captions)?.id ?? null).toBe(id);
});

test.each([
  ['the rest of the sentence', ' bright. The fog was thick.', ' bright.'],
  ['a quoted end', ' go." She ran.', ' go."'],
  ['no cut in a number', ' 3.5 metres long. Then', ' 3.5 metres long.'],
  ['all of it while the sentence has no end yet', ' from the', ' from the'],
  ['scripts without spaces', '是的。好', '是的。'],
  ['a limit at a space', ` ${'word '.repeat(60)}`, ` ${'word '.repeat(32)}`.trimEnd()],
  ['the end of a sentence in Hindi', ' नमस्ते। आप', ' नमस्ते।'],
  ['a limit without spaces', '字'.repeat(300), '字'.repeat(160)],
])('shows %s', (_name, coming, shown) => {
  expect(comingShown(coming)).toBe(shown);
});
