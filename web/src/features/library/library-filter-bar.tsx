import { Search, X } from 'lucide-react';
import { Button } from '../../ui/button';
import { Select } from '../../ui/select';
import { kSorts, kStates, kTimes, type LibraryFilters } from './library-filters';

type Props = {
  readonly filters: LibraryFilters;
  readonly models: readonly string[];
  /** The title of the only chat that is listed; null: all chats are. */
  readonly chatTitle: string | null;
  readonly onSearch: () => void;
  readonly onChange: (filters: LibraryFilters) => void;
};

const kAnyModel = '';
const optionsOf = (choices: Readonly<Record<string, string>>) =>
  Object.entries(choices).map(([value, label]) => ({ value, label }));

/** The choices of what is listed, and in which order. */
export function LibraryFilterBar({ filters, models, chatTitle, onSearch, onChange }: Props) {
  const choose = (change: Partial<LibraryFilters>) => onChange({ ...filters, ...change });
  const named = filters.model !== null && !models.includes(filters.model) ? [filters.model] : [];
  return (
    <search className="library__filters" aria-label="Filters">
      <button type="button" className="library__search" aria-keyshortcuts="/" onClick={onSearch}>
        <Search aria-hidden />
        <span>Search everything said</span>
        <kbd aria-hidden>/</kbd>
      </button>
      <Select
        label="Time"
        value={filters.time}
        options={optionsOf(kTimes)}
        onChange={(time) => choose({ time: time as LibraryFilters['time'] })}
      />
      <Select
        label="State"
        value={filters.state}
        options={optionsOf(kStates)}
        onChange={(state) => choose({ state: state as LibraryFilters['state'] })}
      />
      {models.length > 1 || filters.model !== null ? (
        <Select
          label="Model"
          value={filters.model ?? kAnyModel}
          options={[
            { value: kAnyModel, label: 'Any model' },
            ...[...models, ...named].map((model) => ({ value: model, label: model })),
          ]}
          onChange={(model) => choose({ model: model === kAnyModel ? null : model })}
        />
      ) : null}
      {filters.chat === null ? null : (
        <Button
          variant="line"
          icon={<X aria-hidden />}
          onClick={() => choose({ chat: null })}
          aria-label={`Show all chats, not only ${chatTitle ?? 'one'}`}
        >
          <bdi>{chatTitle ?? 'One chat'}</bdi>
        </Button>
      )}
      <Select
        label="Order"
        value={filters.sort}
        options={optionsOf(kSorts)}
        onChange={(sort) => choose({ sort: sort as LibraryFilters['sort'] })}
      />
    </search>
  );
}
