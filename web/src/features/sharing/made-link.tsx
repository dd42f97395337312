import { useEffect, useId, useRef } from 'react';
import { Button } from '../../ui/button';
import { toasts } from '../../ui/toasts';

/** A new link, to copy. The server keeps only its hash, so it is shown this once. */
export function MadeLink({ link }: { readonly link: string }) {
  const id = useId();
  const part = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!link) return;
    field.current?.focus();
    field.current?.select();
    // The button and the hint, too: the dialog may end just below the field.
    part.current?.scrollIntoView?.({ block: 'nearest' });
  }, [link]);
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
