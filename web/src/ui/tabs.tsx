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
  readonly onChange: (value: T) => void;
};

export function Tabs<T extends string>({ label, value, tabs, className, onChange }: Props<T>) {
  return (
    <Radix.Root
      className={className}
      value={value}
      onValueChange={(next) => {
        const tab = tabs.find((candidate) => candidate.value === next);
        if (tab) onChange(tab.value);
      }}
    >
      <Radix.List className="tabs__list" aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} className="tabs__tab" value={tab.value}>
            {tab.label}
            {tab.count === undefined ? null : <span className="tabs__count"> {tab.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} className="tabs__panel" value={tab.value}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
