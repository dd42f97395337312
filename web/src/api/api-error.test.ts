import { expect, test } from 'vitest';
import { errorOf } from './api-error';

const problem = (body: unknown, status: number) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });

test('a problem keeps its name and the sentence of the server', async () => {
  const error = await errorOf(
    problem(
      {
        type: 'urn:reprise:problem:disk-full',
        title: 'Disk full',
        status: 507,
        detail: 'The disk is nearly full.',
        request_id: 'r7',
      },
      507,
    ),
  );
  expect(error).toMatchObject({
    kind: 'problem',
    code: 'disk-full',
    status: 507,
    message: 'The disk is nearly full.',
    requestId: 'r7',
  });
});

test.each([
  ['a gateway whose server is gone', new Response('Bad Gateway', { status: 502 }), 'unreachable'],
  ['an answer that is not ours', new Response('<html>', { status: 404 }), 'unexpected'],
  ['a problem without its parts', problem({ title: 1 }, 400), 'unexpected'],
])('%s is %s', async (_, response, kind) => {
  expect((await errorOf(response)).kind).toBe(kind);
});
