import { expect, test } from 'vitest';
import { ApiError, unreachable } from '../../api/api-error';
import { problemOf } from './request-grant';

const refused = (code: string, status: number) =>
  new ApiError('problem', 'A sentence of the server.', { code, status });

test.each([
  [unreachable(), { kind: 'server-unreachable' }],
  [refused('disk-full', 507), { kind: 'disk-full' }],
  [refused('model-unreachable', 502), { kind: 'model-unreachable', address: 'http://gemini' }],
  [
    refused('model-key-wrong', 502),
    { kind: 'no-token', code: 'model-key-wrong', detail: 'A sentence of the server.' },
  ],
  [refused('internal', 500), { kind: 'unexpected', message: 'A sentence of the server.' }],
  [new Error('Odd.'), { kind: 'unexpected', message: 'Odd.' }],
])('%s means %o', (error, problem) => {
  expect(problemOf(error, 'http://gemini')).toEqual(problem);
});
