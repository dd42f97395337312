import { expect, it } from 'vitest';
import { ApiError, unreachable } from '../../api/api-error';
import { refusalOf } from './session-requests';

const problem = (status: number, code: string) => new ApiError('problem', 'why', { status, code });

it.each([
  ['the session is unknown', problem(404, 'not-found'), 'why'],
  ['the session has ended', problem(409, 'live-session-ended'), 'why'],
  ['the key is wrong', problem(502, 'model-key-wrong'), 'why'],
  ['the quota is used up', problem(502, 'model-quota'), 'why'],
  ['there is no such model', problem(502, 'model-unknown'), 'why'],
  ['a login that ended', problem(401, 'unauthorized'), null],
  ['too many requests', problem(429, 'too-many-requests'), null],
  ['the model is out of reach', problem(502, 'model-unreachable'), null],
  ['the model is busy', problem(502, 'model-busy'), null],
  ['its name is not found', problem(502, 'model-name-unknown'), null],
  ['our server has trouble', problem(500, 'internal'), null],
  ['our server is out of reach', unreachable(), null],
  ['a firewall', new ApiError('unexpected', 'no', { status: 403 }), null],
  ['it took too long', new DOMException('', 'TimeoutError'), null],
])('%s: %o ends the talk with %j', (_, error, refusal) => {
  expect(refusalOf(error)).toBe(refusal);
});
