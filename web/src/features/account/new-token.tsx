import { Copy } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { NewToken } from '../../api/tokens';
import { isolated } from '../../media/text';
import { Button } from '../../ui/button';
import { copyText } from '../../ui/copy-text';
import { toasts } from '../../ui/toasts';
import { listLine } from './token-words';

type Props = { readonly made: NewToken; readonly onDone: () => void };

/** The secret of a token, which is shown here and never again. */
export function NewTokenShown({ made, onDone }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => heading.current?.focus(), []);
  const copy = async () => {
    if (await copyText(made.token)) return void toasts.show('Token copied.');
    field.current?.select();
    toasts.show('The browser copies nothing here. The token is selected: copy it by hand.', {
      tone: 'error',
    });
  };
  return (
    <div className="secret">
      <h3 ref={heading} tabIndex={-1}>
        “{isolated(made.name)}” is made
      </h3>
      <p>Copy the token now. It is shown only this once, and nobody can look it up later.</p>
      <label className="visually-hidden" htmlFor={id}>
        Token
      </label>
      <div className="secret__line">
        <input
          ref={field}
          id={id}
          className="text-field"
          readOnly
          spellCheck={false}
          value={made.token}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button variant="primary" icon={<Copy aria-hidden />} onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <p>Try it in a terminal:</p>
      <pre className="sections__code">
        <code>{listLine(location.origin, made.token)}</code>
      </pre>
      <Button variant="line" onClick={onDone}>
        I have it
      </Button>
    </div>
  );
}
