import { expect, it } from 'vitest';
import { canKeepJournal } from './can-keep';

const gives = async () => ({});
const denies = () => Promise.reject(new DOMException('denied', 'SecurityError'));
const throws = () => {
  throw new DOMException('denied', 'SecurityError');
};

it.each([
  ['all is there', { storage: { getDirectory: gives }, locks: { query: gives } }, true],
  ['no storage', { locks: { query: gives } }, false],
  ['no private file system', { storage: {}, locks: { query: gives } }, false],
  ['no locks', { storage: { getDirectory: gives } }, false],
  ['blocked files', { storage: { getDirectory: denies }, locks: { query: gives } }, false],
  [
    'blocked files that throw',
    { storage: { getDirectory: throws }, locks: { query: gives } },
    false,
  ],
  ['blocked locks', { storage: { getDirectory: gives }, locks: { query: denies } }, false],
])('%s', async (_, browser, can) => {
  expect(await canKeepJournal(browser)).toBe(can);
});
