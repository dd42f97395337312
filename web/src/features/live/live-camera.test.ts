import { expect, test } from 'vitest';
import { noPictureWords, sawWords } from './live-camera';

test.each([
  [null, 'The model has seen nothing yet'],
  [0, 'The model sees this'],
  [2999, 'The model sees this'],
  [4200, 'Model saw this 4 s ago'],
])('the age of what the model saw: %s ms', (ageMs, words) => {
  expect(sawWords(ageMs)).toBe(words);
});

const device = { label: 'Desk', deviceId: 'd' };
test.each([
  ['The camera is off', { camera: device, microphone: device, state: 'live' }],
  ['Voice only', { camera: null, microphone: device, state: 'live' }],
  ['Voice only', { camera: null, microphone: null, state: 'preparing' }],
  ['The model’s voice only', { camera: null, microphone: null, state: 'live' }],
] as const)('without a picture: %s', (words, facts) => {
  expect(noPictureWords(facts)).toBe(words);
});
