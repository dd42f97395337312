import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type ReactElement, type ReactNode, useContext } from 'react';
import './menu.css';
import { PortalHost } from './portal-host';

type MenuProps = {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly align?: 'start' | 'end';
  readonly children: ReactNode;
};

/** A menu of actions. Not modal: Radix's modal menus write a `<style>` element, which our policy forbids. */
export function Menu({ trigger, align = 'end', children }: MenuProps) {
  const host = useContext(PortalHost);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={host}>
        <DropdownMenu.Content className="menu" align={align} sideOffset={6} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type ItemProps = {
  readonly icon?: ReactNode;
  readonly shortcut?: string;
  readonly onSelect: () => void;
  readonly children: ReactNode;
};

export function MenuItem({ icon, shortcut, onSelect, children }: ItemProps) {
  return (
    <DropdownMenu.Item className="menu__item" onSelect={onSelect}>
      {icon}
      {children}
      {shortcut ? <kbd>{shortcut}</kbd> : null}
    </DropdownMenu.Item>
  );
}

/** A line of the menu that opens an address, for example a download. */
export function MenuLink(props: {
  readonly href: string;
  /** The name of the file if the server gives none. */
  readonly download?: boolean | string;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <DropdownMenu.Item className="menu__item" asChild>
      <a href={props.href} download={props.download}>
        {props.icon}
        {props.children}
      </a>
    </DropdownMenu.Item>
  );
}

type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
};

export function MenuChoice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={value} aria-label={label}>
      <DropdownMenu.Label className="menu__label">{label}</DropdownMenu.Label>
      {options.map((option) => (
        <DropdownMenu.RadioItem
          key={option.value}
          className="menu__item"
          value={option.value}
          onSelect={() => onChange(option.value)}
        >
          {option.label}
          <DropdownMenu.ItemIndicator className="menu__check">
            <Check aria-hidden />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

export function MenuToggle(props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <DropdownMenu.CheckboxItem
      className="menu__item"
      checked={props.checked}
      onCheckedChange={props.onChange}
    >
      {props.children}
      <DropdownMenu.ItemIndicator className="menu__check">
        <Check aria-hidden />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.CheckboxItem>
  );
}

export const MenuRule = () => <DropdownMenu.Separator className="menu__rule" />;
