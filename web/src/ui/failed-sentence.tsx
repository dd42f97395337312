import { sentenceOf } from '../api/api-error';
import { useHealing } from './use-healing';

type Props = {
  /** Null: nothing failed. */
  readonly error: unknown;
  /** What did not happen because of it. */
  readonly children?: string;
};

/** Why the last try failed. That the server does not answer is said only until it is back. */
export function FailedSentence({ error, children }: Props) {
  const shown = useHealing(error);
  if (!shown) return null;
  return (
    <p className="field__error" role="alert">
      {children ? `${children} ` : ''}
      {sentenceOf(shown)}
    </p>
  );
}
