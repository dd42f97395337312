import {
  cloneElement,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  useEffect,
  useRef,
  useState,
} from 'react';

type Kind = 'menu' | 'dialog';
/** What a button gets that opens something. */
type Opens = {
  readonly 'aria-haspopup': Kind;
  readonly 'aria-expanded': boolean;
  readonly onClick: (event: MouseEvent<HTMLElement>) => void;
  readonly onKeyDown: ((event: KeyboardEvent<HTMLElement>) => void) | undefined;
};
/** The button is known from the press. A `ref` would render every row of a list once more. */
type Opened = { readonly byKey: boolean; readonly button: HTMLElement };

/** Keys that open a menu, besides a press of the button. */
const kMenuKeys = ['Enter', ' ', 'ArrowDown'];

/**
 * What menus and popovers share: the button that opens them, and closing by Esc, by a press elsewhere and when the
 * focus goes elsewhere. `byKey`: opened with the keyboard.
 */
export function useOpened(kind: Kind, trigger: ReactElement) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const button = opened?.button ?? null;
  const [element, setElement] = useState<HTMLElement | null>(null);
  const close = useRef(() => setOpened(null)).current;
  /** Closes, and the focus is where it was. */
  const closeAndReturn = () => {
    button?.focus();
    close();
  };
  useEffect(() => {
    if (!element) return;
    const isOutside = (target: EventTarget | null) =>
      target instanceof Node && !element.contains(target) && !button?.contains(target);
    const onPress = (event: PointerEvent) => isOutside(event.target) && close();
    const onFocus = (event: FocusEvent) => isOutside(event.target) && close();
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      button?.focus();
      close();
    };
    // Within it Esc is handled first, so that a dialog around it stays open.
    element.addEventListener('keydown', onKey);
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onPress, true);
    document.addEventListener('focusin', onFocus);
    return () => {
      element.removeEventListener('keydown', onKey);
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onPress, true);
      document.removeEventListener('focusin', onFocus);
    };
  }, [element, button, close]);
  const opens: Opens = {
    'aria-haspopup': kind,
    'aria-expanded': opened !== null,
    onClick: ({ currentTarget }) =>
      setOpened(opened ? null : { byKey: false, button: currentTarget }),
    onKeyDown:
      kind === 'menu'
        ? (event) => {
            if (!kMenuKeys.includes(event.key)) return;
            event.preventDefault(); // or the same press clicks the button, too
            setOpened({ byKey: true, button: event.currentTarget });
          }
        : undefined,
  };
  return {
    trigger: cloneElement(trigger as ReactElement<Opens>, opens),
    opened,
    button,
    element,
    setElement,
    close,
    closeAndReturn,
  };
}
