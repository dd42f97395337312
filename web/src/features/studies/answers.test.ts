import { expect, test } from 'vitest';
import type { Questionnaire } from '../../api/studies';
import { firstMissing, givenAnswers } from './answers';

const asked: readonly Questionnaire[] = [
  {
    instrument: 'own',
    title: '',
    questions: [
      { id: 'a', kind: 'text', text: 'A', required: false },
      { id: 'b', kind: 'likert', text: 'B', required: true, points: 5 },
    ],
  },
  {
    instrument: 'own',
    title: '',
    questions: [{ id: 'c', kind: 'choice', text: 'C', required: true, choices: ['x', 'y'] }],
  },
];

test.each([
  [{}, 'b'],
  [{ a: 'words' }, 'b'],
  [{ b: 1 }, 'c'],
  [{ b: 1, c: ' ' }, 'c'],
  [{ b: 1, c: 'x' }, null],
])('of %j the first that is missing is %s', (answers, want) => {
  expect(firstMissing(asked, answers)?.id ?? null).toBe(want);
});

test('only what says something is sent', () => {
  expect(givenAnswers({ a: '  ', b: 1, c: 'x' })).toEqual({ b: 1, c: 'x' });
});
