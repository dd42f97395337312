import { expect, it } from 'vitest';
import { emptyTurnWords } from './empty-turn-words';

it.each([
  ['', 'without saying anything'],
  ['NEED_MORE_INPUT', 'waits for more'],
  ['RESPONSE_REJECTED', 'rejected'],
  ['PROHIBITED_INPUT_CONTENT', 'do not allow an answer to this'],
  ['INPUT_TEXT_NCII_PROHIBITED', 'do not allow an answer to this'],
  ['GENERATED_AUDIO_SAFETY', 'held the answer back'],
  ['SOMETHING_NEW', 'the reason SOMETHING_NEW'],
])('says what %s means', (reason, words) => {
  expect(emptyTurnWords(reason)).toContain(words);
});
