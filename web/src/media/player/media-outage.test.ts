import { expect, it } from 'vitest';
import { kNoAnswer } from '../../api/answer';
import { askAgainMs, probeOf } from './media-outage';

const problem = (status: number) =>
  JSON.stringify({ type: 'urn:reprise:problem:x', title: 'T', status, detail: '' });

it.each([
  ['the film', 206, 'video/webm', null, 'there'],
  ['all of it', 200, 'video/webm', null, 'there'],
  ['sound only', 206, 'audio/webm', null, 'there'],
  ['no answer', 0, '', null, 'away'],
  ['a sign-in page', 200, 'text/html', null, 'away'],
  ['part of a page', 206, 'text/html', null, 'away'],
  ['a proxy that restarts', 404, 'text/plain', null, 'away'],
  ['a page that is gone', 410, 'text/html', null, 'away'],
  ['a gateway', 502, 'text/html', null, 'away'],
  ['a film that failed', 500, 'video/webm', null, 'away'],
  ['our fault', 500, 'application/problem+json', problem(500), 'away'],
  ['not ready', 409, 'application/problem+json', problem(409), 'away'],
  ['not known', 404, 'application/problem+json', problem(404), 'gone'],
  ['erased', 410, 'application/problem+json', problem(410), 'gone'],
])('%s', (_, status, contentType, body, want) => {
  expect(probeOf({ ...kNoAnswer, status, contentType, body })).toBe(want);
});

it('asks less and less often, up to a limit', () => {
  expect([1, 2, 3, 4, 5, 50].map(askAgainMs)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});
