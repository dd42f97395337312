import { useId } from 'react';
import type { Question } from '../../api/studies';
import '../../ui/field.css';

type Props = {
  readonly question: Question;
  readonly answer: string | number | undefined;
  /** It must be answered, and was left out. */
  readonly missing: boolean;
  readonly onAnswer: (answer: string | number) => void;
};

/** More points than this stand on a slider instead of side by side. */
const kRadiosMax = 11;
const kTextMax = 4000;

/** One question, answered with the keyboard as well as by touch. */
export function QuestionField(props: Props) {
  const { question, missing } = props;
  const id = useId();
  const many = (question.points ?? 5) > kRadiosMax;
  const below = missing ? (
    <p id={`${id}below`} className="field__error">
      This needs an answer.
    </p>
  ) : null;
  const shared = { ...props, id, describedBy: missing ? `${id}below` : undefined };
  if (question.kind === 'text') {
    return (
      <div className="question" data-question={question.id}>
        <label className="question__text" htmlFor={id} dir="auto">
          {question.text} <Optional question={question} />
        </label>
        <TextAnswer {...shared} />
        {below}
      </div>
    );
  }
  return (
    <fieldset
      className="question"
      data-question={question.id}
      aria-describedby={missing ? `${id}below` : undefined}
    >
      <legend className="question__text" dir="auto">
        {question.text} <Optional question={question} />
      </legend>
      {question.kind === 'choice' ? (
        <Choices {...shared} />
      ) : many ? (
        <Slider {...shared} />
      ) : (
        <Points {...shared} />
      )}
      {below}
    </fieldset>
  );
}

type AnswerProps = Props & { readonly id: string; readonly describedBy: string | undefined };

const Optional = ({ question }: { readonly question: Question }) =>
  question.required ? null : <small>(optional)</small>;

const TextAnswer = ({ id, answer, missing, describedBy, onAnswer }: AnswerProps) => (
  <textarea
    id={id}
    className="text-field question__words"
    rows={3}
    maxLength={kTextMax}
    value={answer ?? ''}
    aria-invalid={missing || undefined}
    aria-describedby={describedBy}
    onChange={(event) => onAnswer(event.currentTarget.value)}
  />
);

const Choices = ({ id, question, answer, onAnswer }: AnswerProps) => (
  <div className="question__choices">
    {(question.choices ?? []).map((choice) => (
      <label key={choice}>
        <input
          type="radio"
          name={id}
          checked={answer === choice}
          onChange={() => onAnswer(choice)}
        />
        <span dir="auto">{choice}</span>
      </label>
    ))}
  </div>
);

function Points({ id, question, answer, onAnswer }: AnswerProps) {
  const points = Array.from({ length: question.points ?? 5 }, (_, at) => at + 1);
  const name = (point: number) =>
    point === 1 && question.low
      ? `1, ${question.low}`
      : point === points.length && question.high
        ? `${point}, ${question.high}`
        : String(point);
  return (
    <div className="question__scale">
      <span className="question__points">
        {points.map((point) => (
          <label key={point}>
            <input
              type="radio"
              name={id}
              aria-label={name(point)}
              checked={answer === point}
              onChange={() => onAnswer(point)}
            />
            <span aria-hidden>{point}</span>
          </label>
        ))}
      </span>
      <Ends question={question} />
    </div>
  );
}

/** It shows no place before it has an answer, so that nobody answers by leaving it alone. */
function Slider({ question, answer, onAnswer }: AnswerProps) {
  const most = question.points ?? 5;
  const middle = Math.ceil(most / 2);
  const answered = typeof answer === 'number';
  return (
    <div className="question__scale">
      <input
        type="range"
        className={answered ? undefined : 'question__unset'}
        min={1}
        max={most}
        step={1}
        value={answered ? answer : middle}
        aria-label={question.text}
        aria-valuetext={answered ? `${answer} of ${most}` : 'Not answered'}
        onChange={(event) => onAnswer(event.currentTarget.valueAsNumber)}
        onPointerUp={(event) => onAnswer(event.currentTarget.valueAsNumber)}
        onKeyDown={(event) => {
          // The middle is an answer, too.
          if (event.key === ' ' || event.key === 'Enter') {
            event.preventDefault();
            onAnswer(event.currentTarget.valueAsNumber);
          }
        }}
      />
      <Ends question={question} />
    </div>
  );
}

const Ends = ({ question }: { readonly question: Question }) => (
  <span className="question__ends" aria-hidden>
    <span dir="auto">{question.low}</span>
    <span dir="auto">{question.high}</span>
  </span>
);
