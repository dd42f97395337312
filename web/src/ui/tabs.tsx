import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import './tabs.css';

type Tab<T extends string> = {
  readonly value: T;
  readonly label: string;
  readonly count?: number;
  readonly content: ReactNode;
};

type Props<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly tabs: readonly Tab<T>[];
  readonly className?: string;
  /** Buttons at the end of the row. */
  readonly actions?: ReactNode;
  readonly onChange: (value: T) => void;
};

export function Tabs<T extends string>({
  label,
  value,
  tabs,
  className,
  actions,
  onChange,
}: Props<T>) {
  return (
    <Radix.Root
      className={className}
      value={value}
      onValueChange={(next) => {
        const tab = tabs.find((candidate) => candidate.value === next);
        if (tab) onChange(tab.value);
      }}
    >
      <div className="tabs__row">
        <Radix.List className="tabs__list" aria-label={label}>
          {tabs.map((tab) => (
            <Radix.Trigger key={tab.value} className="tabs__tab" value={tab.value}>
              {tab.label}
              {tab.count === undefined ? null : <span className="tabs__count"> {tab.count}</span>}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {actions}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} className="tabs__panel" value={tab.value}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
