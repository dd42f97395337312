import { expect, test } from 'vitest';
import { judge } from './answer';
import { errorOf } from './api-error';

const answered = (status: number, contentType: string, body: unknown) =>
  errorOf(judge({ status, contentType, body: JSON.stringify(body), retryAfterMs: 0 }));

test('a problem keeps its name and the sentence of the server', () => {
  const body = {
    type: 'urn:reprise:problem:disk-full',
    title: 'Disk full',
    status: 507,
    detail: 'The disk is nearly full.',
    request_id: 'r7',
  };
  expect(answered(507, 'application/problem+json', body)).toMatchObject({
    kind: 'problem',
    code: 'disk-full',
    status: 507,
    message: 'The disk is nearly full.',
    requestId: 'r7',
  });
});

test.each<[string, number, string, string]>([
  ['nothing', 0, '', 'The server does not answer.'],
  ['a gateway whose server is gone', 502, 'text/html', 'The server does not answer.'],
  [
    'a page of somebody else',
    404,
    'text/html',
    'The server does not answer; something else does in its place (404 text/html).',
  ],
])(
  '%s: the server is out of reach, and its status is nothing to go by',
  (_, status, type, message) => {
    expect(answered(status, type, {})).toMatchObject({ kind: 'unreachable', status: 0, message });
  },
);

test('what may be an answer of our server is no error', () => {
  expect(answered(200, 'application/json', {})).toBeNull();
});
