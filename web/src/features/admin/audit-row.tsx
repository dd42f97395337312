import { Ellipsis, Filter, UserRound } from 'lucide-react';
import type { AuditEntry } from '../../api/audit';
import { formatClock, formatFullDate } from '../../ui/format';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem } from '../../ui/menu';
import { Link } from '../../ui/router/link';
import type { AuditFilters } from './audit-filters';
import { actorWords, addressOf, deedWords, factsWords, type NameOf } from './audit-words';

type Props = {
  readonly entry: AuditEntry;
  readonly meId: string;
  readonly nameOf: NameOf;
  readonly onNarrow: (part: Partial<AuditFilters>) => void;
};

/** One entry in words, with what it was done to where that can be opened. */
export function AuditRow({ entry, meId, nameOf, onNarrow }: Props) {
  const address = addressOf(entry, meId);
  const deed = deedWords(entry, nameOf);
  const { actor, object } = entry;
  return (
    <li>
      <time dateTime={entry.at} title={formatFullDate(entry.at)}>
        {formatClock(entry.at)}
      </time>
      <p>
        <strong>{actorWords(entry, nameOf)}</strong>{' '}
        {address ? <Link to={address}>{deed}</Link> : deed}
        <small>{factsWords(entry, nameOf)}</small>
      </p>
      <Menu trigger={<IconButton label="More about this entry" icon={<Ellipsis />} />}>
        {actor === null ? null : (
          <MenuItem icon={<UserRound />} onSelect={() => onNarrow({ actor })}>
            Only what this person did
          </MenuItem>
        )}
        <MenuItem icon={<Filter />} onSelect={() => onNarrow({ object: object.id })}>
          Only what was done to this {object.kind.replaceAll('_', ' ')}
        </MenuItem>
      </Menu>
    </li>
  );
}
