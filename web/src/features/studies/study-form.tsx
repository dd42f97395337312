import { Plus } from 'lucide-react';
import { type FormEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { sentenceOf } from '../../api/api-error';
import { Button } from '../../ui/button';
import { Select } from '../../ui/select';
import { TextField } from '../../ui/text-field';
import { useHealing } from '../../ui/use-healing';
import { ConditionFields } from './condition-fields';
import { PartFields } from './part-fields';
import { type ConditionDraft, conditionFault, newCondition, type StudyDraft } from './study-draft';

type Props = {
  readonly first: StudyDraft;
  /** Somebody takes part already: conditions and questionnaires stay. */
  readonly fixed: boolean;
  readonly save: string;
  readonly onSave: (draft: StudyDraft) => Promise<unknown>;
};

const kStates = [
  { value: 'draft', label: 'Being set up: no link works' },
  { value: 'open', label: 'Open: links work' },
  { value: 'closed', label: 'Closed: nobody new begins' },
] as const;
const kConditionsMax = 12;

/** Everything that a study is made of. */
export function StudyForm({ first, fixed, save, onSave }: Props) {
  const id = useId();
  const [draft, setDraft] = useState(first);
  const [busy, setBusy] = useState(false);
  const [last, setFailure] = useState<unknown>(null);
  const failure = useHealing(last);
  const form = useRef<HTMLFormElement>(null);
  const set = (change: Partial<StudyDraft>) => setDraft((before) => ({ ...before, ...change }));
  const setCondition = (key: string, change: Partial<ConditionDraft>) =>
    set({
      conditions: draft.conditions.map((one) => (one.key === key ? { ...one, ...change } : one)),
    });
  const fault = useMemo(() => (failure ? conditionFault(sentenceOf(failure)) : null), [failure]);
  // The save button stands far below the field that is wrong.
  useEffect(() => {
    if (fault) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [fault]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure(null);
    onSave(draft)
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <form ref={form} className="study__form" onSubmit={submit} noValidate aria-label="Study">
      <TextField
        label="Title, which participants see"
        value={draft.title}
        maxLength={100}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <Select
        label="State"
        value={draft.state}
        options={kStates}
        onChange={(state) => set({ state: state as StudyDraft['state'] })}
      />
      <div className="field">
        <label className="field__label" htmlFor={id}>
          What participants agree to
        </label>
        <textarea
          id={id}
          className="text-field study__words"
          rows={8}
          value={draft.consent}
          maxLength={20_000}
          aria-describedby={`${id}below`}
          onChange={(event) => set({ consent: event.currentTarget.value })}
        />
        <p id={`${id}below`} className="field__hint">
          Say who you are, what you want to find out, what is kept and for how long, and whom to
          ask. A changed text is a new version; whoever agreed before keeps theirs.
        </p>
      </div>
      {fixed ? (
        <p className="field__hint">
          Somebody takes part, so conditions and questions stay as they are. Quotas may change.
        </p>
      ) : null}
      <section className="study__part" aria-label="Conditions">
        <h2>Conditions</h2>
        <p className="field__hint">
          Each new participant gets the condition that has the fewest people.
        </p>
        {draft.conditions.map((one, index) => (
          <ConditionFields
            key={one.key}
            condition={one}
            fixed={fixed}
            fault={fault?.index === index ? fault : null}
            onChange={(change) => setCondition(one.key, change)}
            onRemove={
              draft.conditions.length > 1
                ? () => set({ conditions: draft.conditions.filter(({ key }) => key !== one.key) })
                : null
            }
          />
        ))}
        {fixed || draft.conditions.length >= kConditionsMax ? null : (
          <div>
            <Button
              variant="line"
              icon={<Plus aria-hidden />}
              onClick={() =>
                set({
                  conditions: [
                    ...draft.conditions,
                    newCondition(String.fromCharCode(65 + draft.conditions.length)),
                  ],
                })
              }
            >
              Add a condition
            </Button>
          </div>
        )}
      </section>
      <section className="study__part" aria-label="Questions">
        <h2>Questions</h2>
        <PartFields
          title="Before the talk"
          part={draft.before}
          fixed={fixed}
          onChange={(before) => set({ before })}
        />
        <PartFields
          title="After the talk"
          part={draft.after}
          fixed={fixed}
          onChange={(after) => set({ after })}
        />
      </section>
      {failure ? (
        <p className="field__error" role={fault ? undefined : 'alert'}>
          {fault
            ? `Not saved: see ${fault.member} of condition ${draft.conditions[fault.index]?.name ?? ''}.`
            : sentenceOf(failure)}
        </p>
      ) : null}
      <div>
        <Button type="submit" variant="primary" size="big" loading={busy}>
          {save}
        </Button>
      </div>
    </form>
  );
}
