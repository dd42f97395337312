import { expect, test } from 'vitest';
import { loginFailure, wantedPath } from './login-words';

test('each failure has a sentence of its own', () => {
  const kinds = ['expired', 'declined', 'unreachable', 'not_allowed', 'failed'];
  const sentences = kinds.map((kind) => loginFailure(`?error=${kind}`)?.sentence ?? '');
  expect(new Set(sentences).size).toBe(kinds.length);
  for (const sentence of sentences) expect(sentence).toMatch(/\.$/);
});

test.each([
  ['', null],
  ['?return=/recordings', null],
  ['?error=expired&request=0193-ab', '0193-ab'],
  ['?error=expired', ''],
  ['?error=expired&request=%3Cb%3E', ''],
  [`?error=expired&request=${'a'.repeat(65)}`, ''],
])('%s names the request %s', (search, requestId) => {
  expect(loginFailure(search)?.requestId ?? null).toBe(requestId);
});

test.each(['constructor', '', 'new_kind'])('an unknown failure “%s” is said, too', (kind) => {
  expect(loginFailure(`?error=${kind}`)).toEqual(loginFailure('?error=failed'));
});

test.each([
  ['', '/'],
  ['?return=/recordings/1%3Ft%3D1m', '/recordings/1?t=1m'],
  ['?return=//evil.test/', '/'],
  ['?return=/%5Cevil.test', '/'],
  ['?return=https://evil.test', '/'],
  ['?return=recordings', '/'],
  ['?return=/login?error=failed', '/'],
  ['?return=/login', '/'],
  ['?return=/login/back', '/'],
  ['?return=/logins', '/logins'],
])('%s leads to %s', (search, path) => expect(wantedPath(search)).toBe(path));
