import type { Answers } from '../../api/participation';
import type { Question, Questionnaire } from '../../api/studies';

const says = (answer: string | number | undefined): boolean =>
  typeof answer === 'number' || (answer ?? '').trim() !== '';

/** The first question that must be answered and is not; null: all are. Pure. */
export function firstMissing(
  questionnaires: readonly Questionnaire[],
  answers: Answers,
): Question | null {
  for (const { questions } of questionnaires) {
    for (const question of questions) {
      if (question.required && !says(answers[question.id])) return question;
    }
  }
  return null;
}

/** What is sent: only what says something. Pure. */
export const givenAnswers = (answers: Answers): Answers =>
  Object.fromEntries(Object.entries(answers).filter(([, answer]) => says(answer)));
