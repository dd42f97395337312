import type { Question, Questionnaire, Study, StudyChange } from '../../api/studies';

export type ConditionDraft = {
  /** Empty: a new one. */
  readonly id: string;
  /** Names the row of the form. */
  readonly key: string;
  readonly name: string;
  readonly model: string;
  readonly voice: string;
  readonly instruction: string;
  readonly camera: boolean;
  /** Empty: any number. */
  readonly quota: string;
};

export type QuestionDraft = {
  readonly key: string;
  readonly id: string;
  readonly kind: Question['kind'];
  readonly text: string;
  readonly required: boolean;
  readonly points: string;
  readonly low: string;
  readonly high: string;
  /** One in each line. */
  readonly choices: string;
};

export type PartDraft = {
  readonly own: readonly QuestionDraft[];
  readonly sus: boolean;
  readonly tlx: boolean;
};

export type StudyDraft = {
  readonly title: string;
  readonly state: Study['state'];
  readonly consent: string;
  readonly conditions: readonly ConditionDraft[];
  readonly before: PartDraft;
  readonly after: PartDraft;
};

export const newCondition = (name: string): ConditionDraft => ({
  id: '',
  key: crypto.randomUUID(),
  name,
  model: '',
  voice: '',
  instruction: '',
  camera: false,
  quota: '',
});

export const newQuestion = (): QuestionDraft => ({
  key: crypto.randomUUID(),
  id: '',
  kind: 'likert',
  text: '',
  required: true,
  points: '5',
  low: '',
  high: '',
  choices: '',
});

const kNothing: PartDraft = { own: [], sus: false, tlx: false };

/** What a new study begins with. */
export const firstDraft = (title: string): StudyDraft => ({
  title,
  state: 'draft',
  consent: '',
  conditions: [newCondition('A'), newCondition('B')],
  before: kNothing,
  after: { ...kNothing, sus: true },
});

const partDraft = (part: readonly Questionnaire[]): PartDraft => ({
  own: part
    .filter(({ instrument }) => instrument === 'own')
    .flatMap(({ questions }) =>
      questions.map((question) => ({
        key: question.id,
        id: question.id,
        kind: question.kind,
        text: question.text,
        required: question.required,
        points: String(question.points ?? 5),
        low: question.low ?? '',
        high: question.high ?? '',
        choices: (question.choices ?? []).join('\n'),
      })),
    ),
  sus: part.some(({ instrument }) => instrument === 'sus'),
  tlx: part.some(({ instrument }) => instrument === 'nasa_tlx'),
});

/** A study as its form has it. Pure. */
export const draftOf = (study: Study): StudyDraft => ({
  title: study.title,
  state: study.state,
  consent: study.consent_text,
  conditions: study.conditions.map((one) => ({
    id: one.id,
    key: one.id,
    name: one.name,
    model: one.model,
    voice: one.voice,
    instruction: one.instruction,
    camera: one.camera,
    quota: one.quota === null ? '' : String(one.quota),
  })),
  before: partDraft(study.before),
  after: partDraft(study.after),
});

/** A member of a condition that the server refused, and why. */
export type ConditionFault = {
  readonly index: number;
  readonly member: string;
  readonly why: string;
};

/** What the server's sentence says of a condition: "`conditions[1].model` names none of …". Pure. */
export function conditionFault(sentence: string): ConditionFault | null {
  const found = /^`conditions\[(\d+)\]\.(name|model|voice|instruction|quota)` (.)(.*)$/su.exec(
    sentence,
  );
  if (!found) return null;
  const [, index, member = '', first = '', rest = ''] = found;
  return { index: Number(index), member, why: `${first.toUpperCase()}${rest}` };
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const questionWish = (draft: QuestionDraft) => ({
  ...(draft.id === '' ? {} : { id: draft.id }),
  kind: draft.kind,
  text: draft.text,
  required: draft.required,
  ...(draft.kind === 'likert'
    ? { points: Number(draft.points), low: draft.low, high: draft.high }
    : {}),
  ...(draft.kind === 'choice' ? { choices: lines(draft.choices) } : {}),
});

const partWish = ({ own, sus, tlx }: PartDraft): NonNullable<StudyChange['before']> => [
  ...(own.length > 0 ? [{ instrument: 'own' as const, questions: own.map(questionWish) }] : []),
  ...(sus ? [{ instrument: 'sus' as const }] : []),
  ...(tlx ? [{ instrument: 'nasa_tlx' as const }] : []),
];

/** What is sent. Pure. */
export const wishOf = (draft: StudyDraft) => ({
  title: draft.title,
  state: draft.state,
  consent_text: draft.consent,
  conditions: draft.conditions.map(({ id, name, model, voice, instruction, camera, quota }) => ({
    ...(id === '' ? {} : { id }),
    name,
    model,
    voice,
    instruction,
    camera,
    quota: quota.trim() === '' ? null : Number(quota),
  })),
  before: partWish(draft.before),
  after: partWish(draft.after),
});

/**
 * What of a form differs from what it began with. The form has less than a study may have (titles of questionnaires,
 * their order), so what nobody touched is not sent. Pure.
 */
export function changedOf(first: StudyDraft, draft: StudyDraft): StudyChange {
  const before = wishOf(first);
  return Object.fromEntries(
    Object.entries(wishOf(draft)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof StudyWish]),
    ),
  );
}
type StudyWish = ReturnType<typeof wishOf>;
