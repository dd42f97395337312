import { CircleAlert, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { classNames } from './class-names';
import { IconButton } from './icon-button';
import './toast.css';
import { toasts } from './toasts';
import { useFullScreenElement } from './use-full-screen-element';

/** Shows the current toasts. Mounted once; never takes the focus. */
export function ToastHost() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.list);
  const fullScreen = useFullScreenElement();
  return createPortal(
    <div className="toast-host" role="status" aria-live="polite">
      {shown.map((toast) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: resting on it only stops its time
        <div
          key={toast.id}
          className={classNames('toast', toast.tone === 'error' && 'toast--error')}
          onPointerEnter={toasts.pause}
          onPointerLeave={toasts.resume}
          onFocus={toasts.pause}
          onBlur={toasts.resume}
        >
          {toast.tone === 'error' ? <CircleAlert aria-hidden /> : null}
          <span className="toast__text">{toast.text}</span>
          {toast.action ? (
            <button
              type="button"
              className="toast__action"
              onClick={() => leave(() => toasts.act(toast.id))}
            >
              {toast.action.label}
            </button>
          ) : null}
          <IconButton
            size="small"
            label="Close message"
            icon={<X />}
            onClick={() => leave(() => toasts.close(toast.id))}
          />
        </div>
      ))}
    </div>,
    // Beside an element in full screen nothing else is shown.
    fullScreen ?? document.body,
  );
}

/** Closing the pressed toast fires no event for pointer or focus, so the time of the others must be resumed here. */
function leave(go: () => void): void {
  go();
  toasts.resume();
}
