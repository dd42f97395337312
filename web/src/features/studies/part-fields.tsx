import { Plus, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { Button } from '../../ui/button';
import { Check } from '../../ui/check';
import { IconButton } from '../../ui/icon-button';
import { Select } from '../../ui/select';
import { TextField } from '../../ui/text-field';
import { newQuestion, type PartDraft, type QuestionDraft } from './study-draft';

type Props = {
  readonly title: string;
  readonly part: PartDraft;
  /** Somebody takes part already: nothing may change. */
  readonly fixed: boolean;
  readonly onChange: (part: PartDraft) => void;
};

const kKinds = [
  { value: 'likert', label: 'Scale' },
  { value: 'choice', label: 'Choice' },
  { value: 'text', label: 'Text' },
] as const;

/** What is asked at one time: own questions, and the two questionnaires that come with their scores. */
export function PartFields({ title, part, fixed, onChange }: Props) {
  const set = (key: string, change: Partial<QuestionDraft>) =>
    onChange({
      ...part,
      own: part.own.map((one) => (one.key === key ? { ...one, ...change } : one)),
    });
  return (
    <section className="study__part" aria-label={title}>
      <h3>{title}</h3>
      {part.own.map((question, at) => (
        <QuestionFields
          key={question.key}
          question={question}
          number={at + 1}
          fixed={fixed}
          onChange={(change) => set(question.key, change)}
          onRemove={() =>
            onChange({ ...part, own: part.own.filter(({ key }) => key !== question.key) })
          }
        />
      ))}
      <Check checked={part.sus} disabled={fixed} onChange={(sus) => onChange({ ...part, sus })}>
        System Usability Scale (10 statements)
      </Check>
      <Check checked={part.tlx} disabled={fixed} onChange={(tlx) => onChange({ ...part, tlx })}>
        NASA Task Load Index (6 scales)
      </Check>
      {fixed ? null : (
        <div>
          <Button
            variant="line"
            icon={<Plus aria-hidden />}
            onClick={() => onChange({ ...part, own: [...part.own, newQuestion()] })}
          >
            Add a question
          </Button>
        </div>
      )}
    </section>
  );
}

type QuestionProps = {
  readonly question: QuestionDraft;
  readonly number: number;
  readonly fixed: boolean;
  readonly onChange: (change: Partial<QuestionDraft>) => void;
  readonly onRemove: () => void;
};

function QuestionFields({ question, number, fixed, onChange, onRemove }: QuestionProps) {
  const id = useId();
  return (
    <fieldset className="study__card" disabled={fixed}>
      <legend>Question {number}</legend>
      <TextField
        label="Question"
        value={question.text}
        maxLength={500}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
      />
      <Select
        label="Answered by"
        value={question.kind}
        options={kKinds}
        onChange={(kind) => onChange({ kind: kind as QuestionDraft['kind'] })}
      />
      {question.kind === 'likert' ? (
        <div className="study__pair">
          <TextField
            label="Points"
            type="number"
            min={2}
            max={21}
            value={question.points}
            onChange={(event) => onChange({ points: event.currentTarget.value })}
          />
          <TextField
            label="The first means"
            value={question.low}
            maxLength={100}
            onChange={(event) => onChange({ low: event.currentTarget.value })}
          />
          <TextField
            label="The last means"
            value={question.high}
            maxLength={100}
            onChange={(event) => onChange({ high: event.currentTarget.value })}
          />
        </div>
      ) : null}
      {question.kind === 'choice' ? (
        <div className="field">
          <label className="field__label" htmlFor={id}>
            Choices, one in each line
          </label>
          <textarea
            id={id}
            className="text-field study__words"
            rows={3}
            value={question.choices}
            onChange={(event) => onChange({ choices: event.currentTarget.value })}
          />
        </div>
      ) : null}
      <div className="study__line">
        <Check checked={question.required} onChange={(required) => onChange({ required })}>
          Must be answered
        </Check>
        {fixed ? null : (
          <IconButton label={`Remove question ${number}`} icon={<Trash2 />} onClick={onRemove} />
        )}
      </div>
    </fieldset>
  );
}
