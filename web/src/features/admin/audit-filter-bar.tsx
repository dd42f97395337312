import { X } from 'lucide-react';
import { useState } from 'react';
import type { User } from '../../api/users';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Select } from '../../ui/select';
import { TextField } from '../../ui/text-field';
import { type AuditFilters, isNarrowed, kNoFilters } from './audit-filters';
import { kDeeds, type NameOf } from './audit-words';
import { PersonChoice } from './person-choice';

type Props = {
  readonly filters: AuditFilters;
  readonly nameOf: NameOf;
  readonly onChange: (filters: AuditFilters) => void;
};

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
const kEvents = [
  { value: '', label: 'Everything' },
  ...Object.entries(kDeeds).map(([value, words]) => ({
    value,
    label: capital(words.replace('{user}', 'a user')),
  })),
];

/** By whom, what, and when: what is listed. */
export function AuditFilterBar({ filters, nameOf, onChange }: Props) {
  const [choosing, setChoosing] = useState(false);
  const [person, setPerson] = useState<User | null>(null);
  const change = (part: Partial<AuditFilters>) => onChange({ ...filters, ...part });
  const known = filters.event === '' || filters.event in kDeeds;
  return (
    <search className="audit__filters" aria-label="Filters">
      <div className="field">
        <span className="field__label" aria-hidden>
          Who
        </span>
        <Button
          variant="line"
          icon={filters.actor ? <X aria-hidden /> : undefined}
          onClick={() => (filters.actor ? change({ actor: '' }) : setChoosing(true))}
          aria-label={
            filters.actor
              ? `${nameOf(filters.actor) ?? 'A user who is gone'}. Show what everybody did`
              : 'Anybody. Choose a person'
          }
        >
          {filters.actor ? (nameOf(filters.actor) ?? 'A user who is gone') : 'Anybody'}
        </Button>
      </div>
      <Select
        label="What"
        value={filters.event}
        options={known ? kEvents : [...kEvents, { value: filters.event, label: filters.event }]}
        onChange={(event) => change({ event })}
      />
      <TextField
        label="From"
        type="date"
        value={filters.from}
        max={filters.to || undefined}
        onChange={(event) => change({ from: event.currentTarget.value })}
      />
      <TextField
        label="To"
        type="date"
        value={filters.to}
        min={filters.from || undefined}
        onChange={(event) => change({ to: event.currentTarget.value })}
      />
      {filters.object ? (
        <Button
          variant="line"
          icon={<X aria-hidden />}
          onClick={() => change({ object: '' })}
          aria-label="One object. Show all objects"
        >
          One object
        </Button>
      ) : null}
      {isNarrowed(filters) ? (
        <Button onClick={() => onChange(kNoFilters)}>Show everything</Button>
      ) : null}
      {choosing ? (
        <Dialog
          width="narrow"
          title="Whose entries?"
          onClose={() => setChoosing(false)}
          foot={
            <div className="dialog__acts">
              <Button onClick={() => setChoosing(false)}>Cancel</Button>
              <Button
                variant="primary"
                onClick={() => {
                  if (person) change({ actor: person.id });
                  setChoosing(false);
                }}
              >
                Show
              </Button>
            </div>
          }
        >
          <PersonChoice chosen={person} onChoose={setPerson} mayBe={() => true} />
        </Dialog>
      ) : null}
    </search>
  );
}
