import { type ReactNode, useId } from 'react';
import { nextIndex } from './floating/next-index';
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

const kArrows = ['ArrowLeft', 'ArrowRight'] as const;

/** One of several panels (the pattern "tabs" of the ARIA Practices: the tab with the focus is the one shown). */
export function Tabs<T extends string>(props: Props<T>) {
  const { label, value, tabs, className, actions, onChange } = props;
  const id = useId();
  const shown = tabs.find((tab) => tab.value === value);
  return (
    <div className={className}>
      <div className="tabs__row">
        <div className="tabs__list" role="tablist" aria-label={label}>
          {tabs.map((tab, index) => (
            <button
              key={tab.value}
              type="button"
              className="tabs__tab"
              role="tab"
              id={`${id}${tab.value}`}
              aria-selected={tab === shown}
              aria-controls={tab === shown ? `${id}panel` : undefined}
              tabIndex={tab === shown ? 0 : -1}
              onClick={() => onChange(tab.value)}
              onKeyDown={(event) => {
                const next = nextIndex(event.key, index, tabs.length, kArrows);
                const other = next === null ? undefined : tabs[next];
                if (!other) return;
                event.preventDefault();
                onChange(other.value);
                document.getElementById(`${id}${other.value}`)?.focus();
              }}
            >
              {tab.label}
              {tab.count === undefined ? null : <span className="tabs__count"> {tab.count}</span>}
            </button>
          ))}
        </div>
        {actions}
      </div>
      {shown ? (
        <div
          key={shown.value}
          className="tabs__panel"
          role="tabpanel"
          id={`${id}panel`}
          aria-labelledby={`${id}${shown.value}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the panel scrolls
          tabIndex={0}
        >
          {shown.content}
        </div>
      ) : null}
    </div>
  );
}
