import { useEffect, useId, useRef } from 'react';
import { Button } from '../../ui/button';
import { toasts } from '../../ui/toasts';

type Props = {
  readonly link: string;
  /** How many shares are listed above: the list grows a moment after the link is made. */
  readonly listed: number;
};

/** A new link, to copy. The server keeps only its hash, so it is shown this once. */
export function MadeLink({ link, listed }: Props) {
  const id = useId();
  const part = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!link) return;
    field.current?.focus();
    field.current?.select();
  }, [link]);
  // The button and the hint, too: the dialog may end just below the field.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them moves it
  useEffect(() => {
    part.current?.scrollIntoView?.({ block: 'nearest' }); // gives a promise in new browsers
  }, [link, listed]);
  const copy = () => {
    const refused = () => {
      field.current?.select();
      toasts.show('The browser copies nothing here; copy it from the field.', { tone: 'error' });
    };
    // The clipboard is absent on plain http.
    if (navigator.clipboard) {
      navigator.clipboard.writeText(link).then(() => toasts.show('Link copied.'), refused);
    } else {
      refused();
    }
  };
  return (
    <section ref={part} className="sharing__part" aria-label="The new link">
      <div className="sharing__line">
        <div className="field">
          <label className="field__label" htmlFor={id}>
            The new link
          </label>
          <input id={id} ref={field} className="text-field" readOnly value={link} />
        </div>
        <Button variant="primary" onClick={copy}>
          Copy link
        </Button>
      </div>
      <p className="field__hint">Copy it now. It is not shown again; you can make another one.</p>
    </section>
  );
}
