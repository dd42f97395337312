import { expect, test } from 'vitest';
import { ApiError } from '../../api/api-error';
import { troubleOf } from './link-trouble';

const problem = (status: number, code: string) => new ApiError('problem', 'No.', { status, code });

test.each([
  [409, 'link-used', /used already/],
  [410, 'link-expired', /expired/],
  [410, 'link-revoked', /taken back/],
  [404, 'link-unknown', /does not work/],
  [404, 'no-participation', /Open your link/],
  [401, 'login-needed', /Open your link/],
  [409, 'study-closed', /nobody/],
  [409, 'study-full', /all the people/],
  [400, 'bad-request', /does not work/],
])('%i %s has a page of its own', (status, code, words) => {
  expect(troubleOf(problem(status, code))?.title).toMatch(words);
});

test('what may pass by itself has none', () => {
  expect(troubleOf(problem(503, 'service-unavailable'))).toBeNull();
  expect(troubleOf(new ApiError('unreachable', 'Away.'))).toBeNull();
});
