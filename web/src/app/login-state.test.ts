import { expect, test } from 'vitest';
import type { Me } from '../api/account';
import { loginState } from './login-state';

const ada = { id: 'ada' } as Me;
const bob = { id: 'bob' } as Me;

test.each([
  ['nothing is known yet', { needed: false, person: null, me: null }, 'fine'],
  ['somebody is logged in', { needed: false, person: ada, me: ada }, 'fine'],
  ['nobody is', { needed: true, person: null, me: null }, 'wanted'],
  ['the login has ended', { needed: true, person: ada, me: ada }, 'ended'],
  ['another person is logged in', { needed: false, person: ada, me: bob }, 'other'],
  ['another person was, and is no more', { needed: true, person: ada, me: bob }, 'other'],
])('%s', (_, facts, state) => expect(loginState(facts)).toBe(state));
