import { type ComponentProps, useId } from 'react';
import './field.css';

type Props = Omit<ComponentProps<'input'>, 'className' | 'id'> & {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the text, in a sentence. */
  readonly error?: string | null;
};

/** A line of text with its name above and what is to be known of it below. */
export function TextField({ label, hint, error = null, ...input }: Props) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="text-field"
        aria-invalid={error === null ? undefined : true}
        aria-describedby={below ? `${id}below` : undefined}
        {...input}
      />
      {below ? (
        <p
          id={`${id}below`}
          className={error === null ? 'field__hint' : 'field__error'}
          role={error === null ? undefined : 'alert'}
        >
          {below}
        </p>
      ) : null}
    </div>
  );
}
