import { expect, test } from 'vitest';
import type { Answerer } from '../../api/answerers';
import { answererOf, cannotReadWords, cannotWords } from './answerer-words';

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

test('a file that will not be read is said before it is sent', () => {
  const who = { answerer: one('a', true, ['text', 'pictures']), model: 'a-1' };
  expect(cannotReadWords(who, 'audio/wav')).toBe('a-1 cannot read sound.');
  expect(cannotReadWords(who, 'application/pdf')).toBe('a-1 cannot read documents.');
  expect(cannotReadWords(who, 'image/png')).toBe('');
  expect(cannotReadWords(who, 'text/x-c++')).toBe('');
  // The browser does not know the type: the server will say what it is.
  expect(cannotReadWords(who, '')).toBe('');
  expect(cannotReadWords(null, 'video/mp4')).toBe('');
});
