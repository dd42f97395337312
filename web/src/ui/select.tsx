import { ChevronDown } from 'lucide-react';
import { useId } from 'react';
import './field.css';

type Props = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
};

/** The platform's own select: works on every phone, and within a modal dialog. */
export function Select({ label, value, options, hint, disabled, onChange }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <div className="select">
        <select
          id={id}
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown aria-hidden />
      </div>
      {hint ? <p className="field__hint">{hint}</p> : null}
    </div>
  );
}
