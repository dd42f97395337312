import { expect, test } from 'vitest';
import { sawWords } from './live-camera';

test.each([
  [null, 'The model has seen nothing yet'],
  [0, 'The model sees this'],
  [2999, 'The model sees this'],
  [4200, 'Model saw this 4 s ago'],
])('the age of what the model saw: %s ms', (ageMs, words) => {
  expect(sawWords(ageMs)).toBe(words);
});
