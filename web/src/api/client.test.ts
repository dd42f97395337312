// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest';
import { aboutQuery } from './about';
import { ApiError } from './api-error';

afterEach(() => void vi.unstubAllGlobals());
const { signal } = new AbortController();

test('a server that does not answer is an error of its own kind', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  const error = await aboutQuery.queryFn({ signal }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ kind: 'unreachable' });
});

test('a refusal rejects with the problem', async () => {
  const body = { type: 'urn:reprise:problem:internal', title: 'T', status: 500, detail: 'D.' };
  vi.stubGlobal('fetch', () =>
    Promise.resolve(
      new Response(JSON.stringify(body), {
        status: 500,
        headers: { 'content-type': 'application/problem+json' },
      }),
    ),
  );
  await expect(aboutQuery.queryFn({ signal })).rejects.toMatchObject({
    kind: 'problem',
    code: 'internal',
    message: 'D.',
  });
});
