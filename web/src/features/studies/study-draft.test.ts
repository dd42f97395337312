import { expect, test } from 'vitest';
import type { Study } from '../../api/studies';
import { changedOf, conditionFault, draftOf, firstDraft, wishOf } from './study-draft';

const study: Study = {
  id: '0194a000-0000-7000-8000-000000000001',
  task_id: null,
  title: 'Voices',
  state: 'open',
  consent_version: 1,
  consent_text: 'Agree.',
  conditions: [
    {
      id: '0194a000-0000-7000-8000-000000000002',
      name: 'A',
      model: '',
      voice: 'Kore',
      instruction: '',
      camera: true,
      quota: 3,
      taken: 1,
      done: 0,
    },
  ],
  before: [
    {
      instrument: 'own',
      title: '',
      questions: [
        { id: 'q1', kind: 'choice', text: 'Often?', required: true, choices: ['Yes', 'No'] },
        {
          id: 'q2',
          kind: 'likert',
          text: 'How?',
          required: false,
          points: 7,
          low: 'Bad',
          high: 'Good',
        },
      ],
    },
  ],
  after: [{ instrument: 'sus', title: 'System Usability Scale', questions: [] }],
  progress: { links: 1, begun: 1, done: 0, withdrawn: 0 },
  created_at: '2026-11-29T10:00:00Z',
  updated_at: '2026-11-29T10:00:00Z',
};

test('a form that is saved unchanged changes nothing', () => {
  const wish = wishOf(draftOf(study));
  expect(wish.conditions).toEqual([
    {
      id: study.conditions[0]?.id,
      name: 'A',
      model: '',
      voice: 'Kore',
      instruction: '',
      camera: true,
      quota: 3,
    },
  ]);
  expect(wish.before).toEqual([{ instrument: 'own', questions: study.before[0]?.questions }]);
  expect(wish.after).toEqual([{ instrument: 'sus' }]);
  expect(wish.consent_text).toBe('Agree.');
});

test('what nobody touched is not sent, since a form has less than a study may have', () => {
  const titled: Study = {
    ...study,
    after: [...study.after, { instrument: 'own', title: 'Last', questions: [] }],
  };
  const first = draftOf(titled);
  expect(changedOf(first, first)).toEqual({});
  expect(changedOf(first, { ...first, state: 'closed' })).toEqual({ state: 'closed' });
  const tlx = { ...first, after: { ...first.after, tlx: true } };
  expect(Object.keys(changedOf(first, tlx))).toEqual(['after']);
});

test('what the server says of a condition belongs to its field', () => {
  expect(conditionFault('`conditions[1].model` names none of the models here: a, b.')).toEqual({
    index: 1,
    member: 'model',
    why: 'Names none of the models here: a, b.',
  });
  for (const other of ['`title` must not be empty.', '`conditions` must have 1 to 12.', '']) {
    expect(conditionFault(other)).toBeNull();
  }
});

test('a new study has two conditions of any number of people', () => {
  const { conditions } = wishOf(firstDraft('Ride'));
  expect(conditions.map(({ name, quota }) => [name, quota])).toEqual([
    ['A', null],
    ['B', null],
  ]);
});
