// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { readDraft, writeDraft } from './drafts';

test('a draft is its person’s alone', () => {
  writeDraft('mia', 'new', 'A secret');
  expect(readDraft('mia', 'new')).toBe('A secret');
  expect(readDraft('noa', 'new')).toBe('');
  expect(readDraft(null, 'new')).toBe('');
  writeDraft(null, 'new', 'Nobody knows whose');
  expect(readDraft('noa', 'new')).toBe('');
  writeDraft('mia', 'new', '');
  expect(sessionStorage).toHaveLength(0);
});
