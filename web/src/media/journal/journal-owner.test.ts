import { expect, test } from 'vitest';
import { type Asker, askWho, isTheirs } from './journal-owner';

const ada: Asker = { kind: 'person', id: 'ada' };
const nobody: Asker = { kind: 'nobody' };
const unknown: Asker = { kind: 'unknown' };

test.each([
  ['their own', 'ada', ada, true],
  ['of another person', 'bob', ada, false],
  ['while nobody is logged in', 'ada', nobody, false],
  ['without an owner', null, ada, true],
  ['while it is not known who asks', 'ada', unknown, true],
] as const)('a journal %s', (_, owner, asker, theirs) => {
  expect(isTheirs(owner, asker)).toBe(theirs);
});

const json = (status: number, body: unknown, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
const problem = (status: number) =>
  json(
    status,
    { type: 'urn:reprise:problem:login-needed', title: 'T', status },
    'application/problem+json',
  );

test.each([
  ['a person', json(200, { id: 'ada', authenticated_by: 'session' }), ada],
  ['nobody', problem(401), nobody],
  ['an older server', problem(404), unknown],
  ['a sign-in page of somebody else', json(401, {}, 'text/html'), unknown],
  ['JSON of somebody else', json(200, { id: 'x' }), unknown],
])('who asks: %s', async (_, answer, asker) => {
  const asked: unknown[] = [];
  const send = async (url: unknown) => {
    asked.push(url);
    return answer;
  };
  expect(await askWho(send as typeof fetch, '/api')).toEqual(asker);
  expect(asked).toEqual(['/api/me']);
});

test('who asks is not known without an answer', async () => {
  const away = (async () => {
    throw new TypeError('away');
  }) as typeof fetch;
  expect(await askWho(away, '/api')).toEqual(unknown);
});
