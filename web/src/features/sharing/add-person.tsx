import { type FormEvent, useId, useState } from 'react';
import type { ShareWish } from '../../api/shares';
import { Button } from '../../ui/button';
import { Switch } from '../../ui/switch';

type Props = { readonly make: (wish: ShareWish) => Promise<unknown> };

/** Shares with one person, by their address. Whether somebody here has it, nobody is told. */
export function AddPerson({ make }: Props) {
  const id = useId();
  const [email, setEmail] = useState('');
  const [download, setDownload] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy || email.trim() === '') return;
    setBusy(true);
    make({ kind: 'user', email: email.trim(), may_download: download })
      .then(() => setEmail(''))
      .catch(() => {}) // the dialog says why
      .finally(() => setBusy(false));
  };
  return (
    <form className="sharing__part" aria-label="Add a person" onSubmit={submit}>
      <h3>Add a person</h3>
      <div className="sharing__line">
        <div className="field">
          <label className="field__label" htmlFor={id}>
            E-mail address
          </label>
          <input
            id={id}
            className="text-field"
            type="email"
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </div>
        <Button variant="line" type="submit" loading={busy}>
          Share
        </Button>
      </div>
      <Switch checked={download} onChange={setDownload}>
        They may download the film
      </Switch>
      <p className="field__hint">
        They find it under Shared with me, once they log in here with this address. Nobody is
        written to.
      </p>
    </form>
  );
}
