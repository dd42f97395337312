import { expect, test } from 'vitest';
import { placeOf } from './use-place';

test.each([
  ['localhost', false, 'this computer'],
  ['127.0.0.1', false, 'this computer'],
  ['[::1]', false, 'this computer'],
  ['localhost', true, 'localhost'],
  ['localhost.example.test', false, 'localhost.example.test'],
  ['reprise.example.test', false, 'reprise.example.test'],
  ['reprise.example.test', true, 'reprise.example.test'],
])('%s, logged in: %s', (hostname, loggedIn, place) => {
  expect(placeOf(hostname, loggedIn)).toBe(place);
});
