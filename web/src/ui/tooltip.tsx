import { Tooltip as Radix } from 'radix-ui';
import { type ReactElement, useContext } from 'react';
import { PortalHost } from './portal-host';
import './tooltip.css';
import { tooltipEscapes } from './tooltip-escapes';

type Props = {
  readonly text: string;
  /** The key for the same action, as printed on the keyboard. */
  readonly shortcut?: string | undefined;
  readonly side?: 'top' | 'bottom';
  readonly children: ReactElement;
};

/** Text for an icon, on hover and on focus. The accessible name stays on the control itself. */
export function Tooltip({ text, shortcut, side = 'bottom', children }: Props) {
  const host = useContext(PortalHost);
  return (
    <Radix.Provider delayDuration={400} disableHoverableContent>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal container={host}>
          <Radix.Content
            className="tooltip"
            side={side}
            sideOffset={6}
            collisionPadding={8}
            onEscapeKeyDown={tooltipEscapes.add}
          >
            {text}
            {shortcut ? <kbd>{shortcut}</kbd> : null}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
