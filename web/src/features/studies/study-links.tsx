import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { addParticipantLinks, type ParticipantLink, type Study } from '../../api/studies';
import { Button } from '../../ui/button';
import { FailedSentence } from '../../ui/failed-sentence';
import { Select } from '../../ui/select';
import { TextField } from '../../ui/text-field';
import { toasts } from '../../ui/toasts';
import { participantAddress } from './study-address';

const kDayMs = 86_400_000;
const kLives = [
  { value: '7', label: 'Seven days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
];

/** Makes links for participants; the server keeps only their hashes, so they are shown this once. */
export function StudyLinks({ study }: { readonly study: Study }) {
  const queries = useQueryClient();
  const [count, setCount] = useState('5');
  const [days, setDays] = useState('30');
  const [links, setLinks] = useState<readonly ParticipantLink[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const until = new Date(Date.now() + Number(days) * kDayMs).toISOString();
      setLinks(await addParticipantLinks(study.id, Number(count), until));
      await queries.invalidateQueries({ queryKey: ['studies', study.id] });
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  return (
    <section className="study__part" aria-label="Links">
      <h2>Links</h2>
      <p className="field__hint">
        Each link is for one person, who needs no account.
        {study.state === 'open' ? '' : ' Links work once the study is open.'}
      </p>
      <div className="study__make">
        <TextField
          label="How many"
          type="number"
          min={1}
          max={100}
          value={count}
          onChange={(event) => setCount(event.currentTarget.value)}
        />
        <Select label="They work for" value={days} options={kLives} onChange={setDays} />
        <Button variant="line" loading={busy} onClick={() => void run()}>
          Make links
        </Button>
      </div>
      <FailedSentence error={failure} />
      {links.length > 0 ? <MadeLinks links={links} /> : null}
    </section>
  );
}

function MadeLinks({ links }: { readonly links: readonly ParticipantLink[] }) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const text = links
    .map(({ number, secret }) => `P${number}\t${participantAddress(secret, location.origin)}`)
    .join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each set of links
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [text]);
  const copy = () => {
    const refused = () => {
      field.current?.select();
      toasts.show('The browser copies nothing here; copy them from the field.', { tone: 'error' });
    };
    // The clipboard is absent on plain http.
    if (navigator.clipboard) {
      navigator.clipboard.writeText(text).then(() => toasts.show('Links copied.'), refused);
    } else {
      refused();
    }
  };
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        The new links
      </label>
      <textarea
        id={id}
        ref={field}
        className="text-field study__links"
        rows={Math.min(10, links.length + 1)}
        readOnly
        value={text}
      />
      <p className="field__hint">Copy them now. They are not shown again; you can make others.</p>
      <div>
        <Button variant="primary" onClick={copy}>
          Copy links
        </Button>
      </div>
    </div>
  );
}
