import { Popover as Radix } from 'radix-ui';
import { type ReactElement, type ReactNode, useContext } from 'react';
import './popover.css';
import { PortalHost } from './portal-host';

type Props = {
  readonly trigger: ReactElement;
  /** Accessible name of the opened panel. */
  readonly label: string;
  readonly align?: 'start' | 'center' | 'end';
  readonly children: ReactNode;
};

/** A small panel beside its button. */
export function Popover({ trigger, label, align = 'end', children }: Props) {
  const host = useContext(PortalHost);
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={host}>
        <Radix.Content
          className="popover"
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
