import { CircleAlert, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { classNames } from './class-names';
import { IconButton } from './icon-button';
import './toast.css';
import { toasts } from './toasts';

/** Shows the toasts of the moment. Mounted once; never takes focus. */
export function ToastHost() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.list);
  return (
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
    </div>
  );
}

/** The pressed toast goes without the pointer or the focus leaving it: the others run on. */
function leave(go: () => void): void {
  go();
  toasts.resume();
}
