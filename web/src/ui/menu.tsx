import { Check } from 'lucide-react';
import {
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
} from 'react';
import { createPortal } from 'react-dom';
import { nextIndex } from './floating/next-index';
import { useBeside } from './floating/use-beside';
import { useOpened } from './floating/use-opened';
import './menu.css';
import { PortalHost } from './portal-host';

type MenuProps = {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly align?: 'start' | 'end';
  readonly children: ReactNode;
};

/** Letters typed within this time of each other are one word. */
const kTypingMs = 800;
const kArrows = ['ArrowUp', 'ArrowDown'] as const;
/** Closes the menu; the focus returns to its button. */
const CloseMenu = createContext(() => {});

/** A menu of actions (the pattern "menu button" of the ARIA Practices). Its items exist only while it is open. */
export function Menu({ trigger, align = 'end', children }: MenuProps) {
  const host = useContext(PortalHost);
  const menu = useOpened('menu', trigger);
  useBeside(menu.button, menu.element, { side: 'bottom', align });
  const typed = useRef({ text: '', at: Number.NEGATIVE_INFINITY });
  const { element, opened } = menu;
  useEffect(() => {
    if (element && opened) (opened.byKey ? itemsOf(element)[0] : element)?.focus();
  }, [element, opened]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const items = itemsOf(event.currentTarget);
    const index = items.indexOf(document.activeElement as HTMLElement);
    const next = nextIndex(event.key, index, items.length, kArrows);
    if (next !== null) items[next]?.focus();
    // Tab goes on from the button.
    else if (event.key === 'Tab') return menu.closeAndReturn();
    else if (event.key === 'Enter' || event.key === ' ') items[index]?.click();
    else if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    else {
      const now = event.timeStamp;
      typed.current.text =
        now - typed.current.at < kTypingMs ? typed.current.text + event.key : event.key;
      typed.current.at = now;
      itemNamed(items, index, typed.current.text)?.focus();
    }
    event.preventDefault();
  };
  return (
    <>
      {menu.trigger}
      {opened
        ? createPortal(
            <div
              ref={menu.setElement}
              className="menu"
              role="menu"
              tabIndex={-1}
              aria-label={menu.button?.getAttribute('aria-label') ?? undefined}
              onKeyDown={onKeyDown}
              onPointerLeave={(event) => event.currentTarget.focus({ preventScroll: true })}
            >
              <CloseMenu.Provider value={menu.closeAndReturn}>{children}</CloseMenu.Provider>
            </div>,
            host ?? landmarkOf(menu.button),
          )
        : null}
    </>
  );
}

/** The part of the page in which the button is, so that readers find the menu in it, too. */
const landmarkOf = (button: HTMLElement | null) =>
  button?.closest<HTMLElement>('main, aside') ?? document.body;

const itemsOf = (menu: HTMLElement): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]'),
];

/** The next item whose words begin with `text`. One letter, pressed again, goes on to the next such item. */
function itemNamed(items: readonly HTMLElement[], from: number, text: string) {
  const after = [...items.slice(from + 1), ...items.slice(0, from + 1)];
  const candidates = text.length > 1 ? items : after;
  const wanted = text.toLowerCase();
  return candidates.find((item) => item.textContent?.trim().toLowerCase().startsWith(wanted));
}

type LineProps = {
  readonly role?: 'menuitem' | 'menuitemradio' | 'menuitemcheckbox';
  readonly checked?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
};

function Line({ role = 'menuitem', checked, onSelect, children }: LineProps) {
  const close = useContext(CloseMenu);
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only the roles that can be checked get it
    <button
      type="button"
      className="menu__item"
      role={role}
      aria-checked={checked}
      tabIndex={-1}
      onPointerMove={focusSelf}
      onClick={() => {
        close();
        onSelect();
      }}
    >
      {children}
      {checked ? (
        <span className="menu__check">
          <Check aria-hidden />
        </span>
      ) : null}
    </button>
  );
}

const focusSelf = ({ currentTarget }: { readonly currentTarget: HTMLElement }) =>
  currentTarget.focus({ preventScroll: true });

type ItemProps = {
  readonly icon?: ReactNode;
  readonly shortcut?: string;
  readonly onSelect: () => void;
  readonly children: ReactNode;
};

export const MenuItem = ({ icon, shortcut, onSelect, children }: ItemProps) => (
  <Line onSelect={onSelect}>
    {icon}
    {children}
    {shortcut ? <kbd>{shortcut}</kbd> : null}
  </Line>
);

/** A line of the menu that opens an address, for example a download. */
export function MenuLink(props: {
  readonly href: string;
  /** The name of the file if the server gives none. */
  readonly download?: boolean | string;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}) {
  const close = useContext(CloseMenu);
  return (
    <a
      className="menu__item"
      role="menuitem"
      tabIndex={-1}
      href={props.href}
      download={props.download}
      onPointerMove={focusSelf}
      onClick={close}
    >
      {props.icon}
      {props.children}
    </a>
  );
}

type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
};

export const MenuChoice = <T extends string>({
  label,
  value,
  options,
  onChange,
}: ChoiceProps<T>) => (
  // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
  <div role="group" aria-label={label}>
    <div className="menu__label" aria-hidden>
      {label}
    </div>
    {options.map((option) => (
      <Line
        key={option.value}
        role="menuitemradio"
        checked={option.value === value}
        onSelect={() => onChange(option.value)}
      >
        {option.label}
      </Line>
    ))}
  </div>
);

export const MenuToggle = (props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
}) => (
  <Line
    role="menuitemcheckbox"
    checked={props.checked}
    onSelect={() => props.onChange(!props.checked)}
  >
    {props.children}
  </Line>
);

export const MenuRule = () => <hr className="menu__rule" />;
