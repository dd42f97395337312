import { type ReactNode, useId } from 'react';
import './check.css';

type Props = {
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
  /** What it means, below the words of the choice. */
  readonly hint?: ReactNode;
};

/** A choice that can be made or not, beside others. */
export function Check({ checked, disabled, onChange, children, hint }: Props) {
  const id = useId();
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label htmlFor={id}>{children}</label>
      {hint ? <small id={`${id}hint`}>{hint}</small> : null}
    </div>
  );
}
