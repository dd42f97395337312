import { X } from 'lucide-react';
import {
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';
import { classNames } from './class-names';
import './dialog.css';
import { IconButton } from './icon-button';
import { PortalHost } from './portal-host';

type Props = {
  readonly title: string;
  readonly description?: string;
  readonly width?: 'wide' | 'narrow' | 'drawer';
  readonly onClose: () => void;
  /** Buttons at the foot, which is fixed on a phone. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
};

/**
 * A modal window that uses the platform's `<dialog>`: the page behind it is inert, Esc closes it, and the focus returns
 * to the opener. Mounting it opens it. The element with `data-autofocus` gets the focus, otherwise the title.
 */
export function Dialog({ title, description, width = 'wide', onClose, foot, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const [host, setHost] = useState<HTMLElement | null>(null);
  const titleId = useId();
  const attach = useCallback((node: HTMLDialogElement | null) => {
    element.current = node;
    setHost(node);
  }, []);

  useEffect(() => {
    const opener = document.activeElement;
    const page = document.getElementById('root');
    const node = element.current;
    node?.showModal();
    (node?.querySelector<HTMLElement>('[data-autofocus]') ?? node?.querySelector('h2'))?.focus();
    // Also hides the inert page from tools that do not know modal dialogs.
    page?.setAttribute('aria-hidden', 'true');
    return () => {
      node?.close();
      if (!document.querySelector('dialog[open]')) page?.removeAttribute('aria-hidden');
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);

  const drawer = width === 'drawer';
  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc does what a press beside the drawer does
    <dialog
      ref={attach}
      className={classNames('dialog', width !== 'wide' && `dialog--${width}`)}
      aria-labelledby={titleId}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (drawer && event.target === event.currentTarget) onClose();
      }}
    >
      <PortalHost.Provider value={host}>
        {drawer ? (
          <h2 id={titleId} tabIndex={-1} className="visually-hidden">
            {title}
          </h2>
        ) : (
          <header className="dialog__head">
            <div>
              <h2 id={titleId} tabIndex={-1}>
                {title}
              </h2>
              {description ? <p>{description}</p> : null}
            </div>
            <IconButton label="Close" shortcut="Esc" icon={<X />} onClick={onClose} />
          </header>
        )}
        {drawer ? children : <Body>{children}</Body>}
        {foot ? <footer className="dialog__foot">{foot}</footer> : null}
      </PortalHost.Provider>
    </dialog>,
    document.body,
  );
}

/** The body, which gets a tab stop while it scrolls. */
function Body({ children }: { readonly children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  // Runs after the parent has opened the dialog, and after each change of the content.
  useLayoutEffect(() => {
    const measure = () => {
      const body = element.current;
      if (body) setScrolls(body.scrollHeight > body.clientHeight);
    };
    const frame = requestAnimationFrame(measure);
    addEventListener('resize', measure);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('resize', measure);
    };
  });
  return (
    <div ref={element} className="dialog__body" tabIndex={scrolls ? 0 : undefined}>
      {children}
    </div>
  );
}
