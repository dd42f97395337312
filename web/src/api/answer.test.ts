import { expect, test } from 'vitest';
import { judge, type RawAnswer } from './answer';

const raw = (status: number, contentType: string, body: string | null): RawAnswer => ({
  status,
  contentType,
  body,
  retryAfterMs: 0,
});
const problem = {
  type: 'urn:reprise:problem:chunk-conflict',
  title: 'Conflict',
  status: 409,
  detail: 'Other bytes are stored.',
  request_id: 'r1',
};
const problemOf = (change: object, status = 409, type = 'application/problem+json') =>
  raw(status, type, JSON.stringify({ ...problem, ...change }));

test.each<[string, RawAnswer]>([
  ['JSON', raw(200, 'application/json', '{"a":1}')],
  ['JSON with a charset', raw(201, 'application/json; charset=utf-8', '{"a":1}')],
  ['JSON in capitals', raw(201, 'Application/JSON', '{"a":1}')],
])('%s may be ours', (_, answer) => {
  expect(judge(answer)).toEqual({ kind: 'json', status: answer.status, body: { a: 1 } });
});

test('a 204 is empty and proves nothing', () => {
  expect(judge(raw(204, '', ''))).toEqual({ kind: 'empty' });
  expect(judge(raw(204, '', null))).toEqual({ kind: 'empty' });
});

test.each<[string, RawAnswer]>([
  ['a problem', problemOf({})],
  ['a problem with a charset', problemOf({}, 409, 'application/problem+json;charset=UTF-8')],
  ['a problem without a detail', problemOf({ detail: undefined, request_id: 7 })],
])('%s of ours is one', (_, answer) => {
  expect(judge(answer)).toMatchObject({ kind: 'problem', code: 'chunk-conflict' });
});

test.each<[string, RawAnswer, string]>([
  ['nothing', raw(0, '', null), 'no answer'],
  ['a sign-in page', raw(200, 'text/html; charset=utf-8', null), '200 text/html'],
  ['a page that calls itself created', raw(201, 'text/html', null), '201 text/html'],
  ['an empty 200', raw(200, '', null), '200 without a body'],
  ['an empty 201 that says JSON', raw(201, 'application/json', ''), '201 application/json'],
  ['JSON that breaks off', raw(201, 'application/json', '{"seq":1,'), '201 application/json'],
  ['JSON whose connection broke', raw(201, 'application/json', null), '201 application/json'],
  ['HTML that says JSON', raw(200, 'application/json', '<html>'), '200 application/json'],
  ['JSON that says text', raw(200, 'text/plain', '{"a":1}'), '200 text/plain'],
  ['JSON of another kind', raw(200, 'application/jsonp', '{}'), '200 application/jsonp'],
  ['a 204 with a body', raw(204, 'text/html', '<html>'), '204 text/html'],
  ['part of something', raw(206, 'text/html', null), '206 text/html'],
  ['a redirect to a sign-in page', raw(302, 'text/html', null), '302 text/html'],
  ['a redirect without a body', raw(307, '', null), '307 without a body'],
  [
    'a redirect with a problem of ours',
    problemOf({ status: 303 }, 303),
    '303 application/problem+json',
  ],
  ['not modified', raw(304, '', null), '304 without a body'],
  ['a proxy that restarts', raw(404, 'text/plain', null), '404 text/plain'],
  ['a firewall', raw(403, 'text/html', null), '403 text/html'],
  ['a firewall without words', raw(403, '', null), '403 without a body'],
  ['a sign-in proxy', raw(401, 'text/html', null), '401 text/html'],
  ['a proxy that wants a password', raw(407, 'text/html', null), '407 text/html'],
  ['a proxy with a smaller limit', raw(413, 'text/html', null), '413 text/html'],
  ['a cache that says gone', raw(410, 'text/html', null), '410 text/html'],
  [
    'a JSON error of a proxy',
    raw(404, 'application/json', '{"error":"no route"}'),
    '404 application/json',
  ],
  [
    'a JSON error of ours in another type',
    problemOf({}, 409, 'application/json'),
    '409 application/json',
  ],
  ['a gateway', raw(502, 'text/html', null), '502 text/html'],
  ['a full disk of somebody else', raw(507, 'text/plain', null), '507 text/plain'],
  ['captive portals (RFC 6585)', raw(511, 'text/html', null), '511 text/html'],
  [
    'a problem of somebody else',
    problemOf({ type: 'https://proxy.example/denied' }),
    '409 application/problem+json',
  ],
  ['a problem without a type', problemOf({ type: undefined }), '409 application/problem+json'],
  ['a problem without a title', problemOf({ title: 1 }), '409 application/problem+json'],
  ['a problem of another status', problemOf({ status: 410 }), '409 application/problem+json'],
  [
    'a problem that breaks off',
    raw(409, 'application/problem+json', '{"type":"urn:re'),
    '409 application/problem+json',
  ],
  [
    'a list of problems',
    raw(409, 'application/problem+json', `[${JSON.stringify(problem)}]`),
    '409 application/problem+json',
  ],
  ['a type that goes on and on', raw(200, 'x'.repeat(500), null), `200 ${'x'.repeat(40)}`],
])('%s is not ours', (_, answer, words) => {
  expect(judge(answer)).toEqual({ kind: 'foreign', words });
});
