import { type FormEvent, useRef, useState } from 'react';
import type { Answers } from '../../api/participation';
import type { Questionnaire } from '../../api/studies';
import { Button } from '../../ui/button';
import { FailedSentence } from '../../ui/failed-sentence';
import { firstMissing, givenAnswers } from './answers';
import { QuestionField } from './question-field';

type Props = {
  readonly questionnaires: readonly Questionnaire[];
  readonly onAnswer: (answers: Answers) => Promise<unknown>;
};

/** All that is asked at one time, on one page. */
export function QuestionnaireForm({ questionnaires, onAnswer }: Props) {
  const [answers, setAnswers] = useState<Answers>({});
  const [missing, setMissing] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const lacks = firstMissing(questionnaires, answers);
    setMissing(lacks?.id ?? null);
    if (lacks) {
      form.current
        ?.querySelector<HTMLElement>(`[data-question="${lacks.id}"] :is(input, textarea)`)
        ?.focus();
      return;
    }
    setBusy(true);
    setFailure(null);
    onAnswer(givenAnswers(answers))
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <form ref={form} className="questionnaire" onSubmit={submit} noValidate>
      {questionnaires.map(({ title, questions }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change their order
        <section key={at} className="questionnaire__part" aria-label={title || undefined}>
          {title ? <h2 dir="auto">{title}</h2> : null}
          {questions.map((question) => (
            <QuestionField
              key={question.id}
              question={question}
              answer={answers[question.id]}
              missing={missing === question.id}
              onAnswer={(answer) => {
                setAnswers((before) => ({ ...before, [question.id]: answer }));
                if (missing === question.id) setMissing(null);
              }}
            />
          ))}
        </section>
      ))}
      {missing !== null ? (
        <p className="field__error" role="alert">
          A question above needs an answer.
        </p>
      ) : null}
      <FailedSentence error={failure}>Your answers were not saved.</FailedSentence>
      <div>
        <Button type="submit" variant="primary" size="big" loading={busy}>
          Save and go on
        </Button>
      </div>
    </form>
  );
}
