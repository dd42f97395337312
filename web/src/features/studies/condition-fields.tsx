import { Trash2 } from 'lucide-react';
import { useId } from 'react';
import { kVoices } from '../../api/voices';
import { Check } from '../../ui/check';
import { IconButton } from '../../ui/icon-button';
import { TextField } from '../../ui/text-field';
import type { ConditionDraft, ConditionFault } from './study-draft';

type Props = {
  readonly condition: ConditionDraft;
  /** Somebody takes part already: only the quota may change. */
  readonly fixed: boolean;
  /** The member that the server refused, and why. */
  readonly fault: ConditionFault | null;
  readonly onChange: (change: Partial<ConditionDraft>) => void;
  /** Null: it is the only one. */
  readonly onRemove: (() => void) | null;
};

/** What the people of one condition talk with. */
export function ConditionFields({ condition, fixed, fault, onChange, onRemove }: Props) {
  const id = useId();
  const errorOf = (member: string) => (fault?.member === member ? fault.why : null);
  const instructionError = errorOf('instruction');
  return (
    <fieldset className="study__card">
      <legend>Condition {condition.name}</legend>
      <div className="study__pair">
        <TextField
          label="Name"
          value={condition.name}
          error={errorOf('name')}
          maxLength={100}
          disabled={fixed}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <TextField
          label="People at most"
          type="number"
          min={1}
          max={10_000}
          placeholder="Any number"
          value={condition.quota}
          error={errorOf('quota')}
          onChange={(event) => onChange({ quota: event.currentTarget.value })}
        />
        <TextField
          label="Voice"
          placeholder="The server’s own"
          value={condition.voice}
          error={errorOf('voice')}
          list={`${id}voices`}
          autoComplete="off"
          maxLength={40}
          disabled={fixed}
          onChange={(event) => onChange({ voice: event.currentTarget.value })}
        />
        <TextField
          label="Model"
          placeholder="The server’s own"
          value={condition.model}
          error={errorOf('model')}
          spellCheck={false}
          autoComplete="off"
          maxLength={100}
          disabled={fixed}
          onChange={(event) => onChange({ model: event.currentTarget.value })}
        />
      </div>
      <datalist id={`${id}voices`}>
        {kVoices.map((voice) => (
          <option key={voice} value={voice} />
        ))}
      </datalist>
      <div className="field">
        <label className="field__label" htmlFor={id}>
          Instruction for the model
        </label>
        <textarea
          id={id}
          className="text-field study__words"
          rows={3}
          placeholder="The server’s own"
          value={condition.instruction}
          maxLength={8000}
          disabled={fixed}
          aria-invalid={instructionError === null ? undefined : true}
          aria-describedby={instructionError === null ? undefined : `${id}below`}
          onChange={(event) => onChange({ instruction: event.currentTarget.value })}
        />
        {instructionError === null ? null : (
          <p id={`${id}below`} className="field__error" role="alert">
            {instructionError}
          </p>
        )}
      </div>
      <div className="study__line">
        <Check
          checked={condition.camera}
          disabled={fixed}
          onChange={(camera) => onChange({ camera })}
        >
          With camera
        </Check>
        {onRemove && !fixed ? (
          <IconButton
            label={`Remove condition ${condition.name}`}
            icon={<Trash2 />}
            onClick={onRemove}
          />
        ) : null}
      </div>
    </fieldset>
  );
}
