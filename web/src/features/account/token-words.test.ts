import { expect, test } from 'vitest';
import type { ApiToken } from '../../api/tokens';
import { downloadLine, hasEnded, kLives, listLine, scopeNames, tokenFacts } from './token-words';

const now = new Date('2026-11-29T12:00:00');
const token = (change: Partial<ApiToken>): ApiToken => ({
  id: '1',
  name: 'Backup',
  scopes: ['read'],
  created_at: new Date('2026-11-28T10:00:00').toISOString(),
  expires_at: new Date('2027-02-26T10:00:00').toISOString(),
  last_used_at: null,
  ...change,
});

test('scopes are named in one order', () => {
  expect(scopeNames(['write', 'read'])).toBe('Read, Change');
  expect(scopeNames(['write'])).toBe('Change');
});

test.each([
  [{}, 'Made yesterday 10:00 · never used · ends 26 February 2027', false],
  [
    { last_used_at: new Date('2026-11-29T09:05:00').toISOString() },
    'Made yesterday 10:00 · last used today 09:05 · ends 26 February 2027',
    false,
  ],
  [
    { expires_at: new Date('2026-11-29T11:59:00').toISOString() },
    'Made yesterday 10:00 · never used · ended 29 November 2026',
    true,
  ],
] as const)('what is said of %j', (change, words, ended) => {
  expect(tokenFacts(token(change), now)).toBe(words);
  expect(hasEnded(token(change), now)).toBe(ended);
});

test('the server takes every life that is offered', () => {
  for (const { value } of kLives) expect(Number(value)).toBeLessThanOrEqual(366);
});

test('the lines for a terminal have the address of this server', () => {
  expect(listLine('https://reprise.test', 'rpt_x')).toBe(
    'curl -H "Authorization: Bearer rpt_x" https://reprise.test/api/recordings',
  );
  expect(downloadLine('https://reprise.test', '$TOKEN')).toContain(
    '"https://reprise.test/api/recordings/ID/media?download=1"',
  );
});
