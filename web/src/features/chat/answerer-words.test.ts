import { expect, test } from 'vitest';
import type { Answerer } from '../../api/answerers';
import { answererOf, cannotWords } from './answerer-words';

const all: Answerer['takes'] = ['text', 'pictures', 'sound', 'video', 'documents'];
const one = (provider: string, usual: boolean, takes = all): Answerer => ({
  provider,
  name: provider,
  default_model: `${provider}-1`,
  models: [],
  takes,
  usual,
  problem: null,
});

test('what a service does not understand is said', () => {
  expect(cannotWords(one('a', true))).toBe('');
  expect(cannotWords(one('a', true, ['text', 'pictures']))).toBe('No sound, video, documents.');
});

test('who answers in a chat', () => {
  const answerers = [one('a', true), one('b', false)];
  const who = (provider: string | null, model: string | null) => {
    const found = answererOf(answerers, { provider, model });
    return found && [found.answerer.name, found.model];
  };
  expect(who(null, null)).toEqual(['a', 'a-1']);
  expect(who('b', null)).toEqual(['b', 'b-1']);
  expect(who('b', 'x')).toEqual(['b', 'x']);
  expect(who('gone', null)).toBeNull();
});
