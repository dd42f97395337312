import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/account';
import type { Report } from '../../api/analytics';
import { tasksQuery } from '../../api/tasks';
import { usersQuery } from '../../api/users';
import { Select } from '../../ui/select';
import { kDaysOffered, type ReportFilters } from './report-filters';

type Props = {
  readonly filters: ReportFilters;
  readonly models: readonly string[];
  readonly studies: Report['studies_known'];
  readonly onChange: (filters: ReportFilters) => void;
};

const kDayWords: Readonly<Record<number, string>> = {
  1: 'Today',
  7: '7 days',
  30: '30 days',
  90: '90 days',
  365: 'A year',
};

/** What the page is about. */
export function ReportFilterBar({ filters, models, studies, onChange }: Props) {
  const set = (part: Partial<ReportFilters>) => onChange({ ...filters, ...part });
  const { data: me } = useQuery(meQuery);
  const isAdmin = me?.roles.includes('admin') === true;
  const conditions = studies.find(({ id }) => id === filters.study)?.conditions ?? [];
  const own = filters.person === '' || filters.person === me?.id;
  return (
    <section className="report-filters" aria-label="What is counted">
      <Select
        label="Time"
        value={String(filters.days)}
        options={kDaysOffered.map((days) => ({
          value: String(days),
          label: kDayWords[days] ?? String(days),
        }))}
        onChange={(days) => set({ days: Number(days) })}
      />
      <Select
        label="Model"
        value={filters.model}
        options={[{ value: '', label: 'All' }, ...named(withChosen(models, filters.model))]}
        onChange={(model) => set({ model })}
      />
      {own ? <TaskChoice value={filters.task} onChange={(task) => set({ task })} /> : null}
      {studies.length > 0 || filters.study !== '' ? (
        <Select
          label="Study"
          value={filters.study}
          options={[
            { value: '', label: 'All' },
            ...chosenToo(
              studies.map(({ id, title }) => ({ value: id, label: title })),
              filters.study,
            ),
          ]}
          onChange={(study) => set({ study, condition: '', beside: withoutConditions(filters) })}
        />
      ) : null}
      {conditions.length > 1 || filters.condition !== '' ? (
        <Select
          label="Condition"
          value={filters.condition}
          options={[
            { value: '', label: 'All' },
            ...chosenToo(
              conditions.map(({ id, name }) => ({ value: id, label: name })),
              filters.condition,
            ),
          ]}
          onChange={(condition) => set({ condition })}
        />
      ) : null}
      {isAdmin ? (
        <PersonChoice
          value={filters.person}
          meId={me.id}
          onChange={(person) =>
            set({
              person,
              task: '',
              study: '',
              condition: '',
              beside: withoutConditions(filters),
            })
          }
        />
      ) : null}
      <Select
        label="Beside it"
        value={filters.beside}
        options={[
          { value: '', label: 'Nothing' },
          { value: 'before', label: 'The time before' },
          ...models
            .filter((model) => model !== filters.model)
            .map((model) => ({ value: `model:${model}`, label: model })),
          ...conditions
            .filter(({ id }) => id !== filters.condition)
            .map(({ id, name }) => ({ value: `condition:${id}`, label: `Condition ${name}` })),
        ]}
        onChange={(beside) => set({ beside })}
      />
    </section>
  );
}

/** What stands beside conditions belongs to their study. */
const withoutConditions = ({ beside }: ReportFilters) =>
  beside.startsWith('condition:') ? '' : beside;

type Option = { readonly value: string; readonly label: string };
/** An address may name what the list does not have: an old study, or one of somebody else. */
const chosenToo = (options: readonly Option[], chosen: string): readonly Option[] =>
  chosen === '' || options.some(({ value }) => value === chosen)
    ? options
    : [...options, { value: chosen, label: 'Another one' }];

const named = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
const withChosen = (values: readonly string[], chosen: string) =>
  chosen === '' || values.includes(chosen) ? values : [...values, chosen];

type ChoiceProps = {
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function TaskChoice({ value, onChange }: ChoiceProps) {
  const { data } = useInfiniteQuery(tasksQuery({ done: '', q: '' }));
  const tasks = data?.pages.flatMap((page) => page.tasks) ?? [];
  if (tasks.length === 0 && value === '') return null;
  return (
    <Select
      label="Task"
      value={value}
      options={[
        { value: '', label: 'All' },
        ...tasks.map(({ id, title }) => ({ value: id, label: title })),
      ]}
      onChange={onChange}
    />
  );
}

function PersonChoice({ value, meId, onChange }: ChoiceProps & { readonly meId: string }) {
  const { data } = useInfiniteQuery(usersQuery(''));
  const others = (data?.pages.flatMap((page) => page.users) ?? []).filter(({ id }) => id !== meId);
  if (others.length === 0 && value === '') return null;
  return (
    <Select
      label="Person"
      value={value === meId ? '' : value}
      options={[
        { value: '', label: 'You' },
        { value: 'everybody', label: 'Everybody' },
        ...others.map(({ id, name, email }) => ({ value: id, label: name || email || id })),
      ]}
      onChange={onChange}
    />
  );
}
