import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
} from 'react';
import { createPortal } from 'react-dom';
import { useBeside } from './floating/use-beside';
import { useOpened } from './floating/use-opened';
import './popover.css';
import { PortalHost } from './portal-host';

type Props = {
  readonly trigger: ReactElement;
  /** Accessible name of the opened panel. */
  readonly label: string;
  readonly align?: 'start' | 'center' | 'end';
  readonly children: ReactNode;
};

const kFocusable = 'a[href], button:enabled, input:enabled, select:enabled, [tabindex="0"]';

/** A small panel beside its button. Tab stays within it; Esc and a press elsewhere close it. */
export function Popover({ trigger, label, align = 'end', children }: Props) {
  const host = useContext(PortalHost);
  const popover = useOpened('dialog', trigger);
  const { element } = popover;
  useBeside(popover.button, element, { side: 'bottom', align });
  useEffect(() => {
    if (element) (element.querySelector<HTMLElement>(kFocusable) ?? element).focus();
  }, [element]);
  return (
    <>
      {popover.trigger}
      {popover.opened
        ? createPortal(
            <div
              ref={popover.setElement}
              className="popover"
              role="dialog"
              aria-label={label}
              tabIndex={-1}
              onKeyDown={keepTabWithin}
            >
              <PortalHost.Provider value={element}>{children}</PortalHost.Provider>
            </div>,
            host ?? document.body,
          )
        : null}
    </>
  );
}

function keepTabWithin(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Tab') return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(kFocusable)].filter(
    (one) => one.checkVisibility?.() ?? true,
  );
  const [edge, other] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  const at = document.activeElement;
  if (at !== edge && at !== event.currentTarget) return;
  event.preventDefault();
  other?.focus();
}
