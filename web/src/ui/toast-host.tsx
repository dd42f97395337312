import { CircleAlert, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { classNames } from './class-names';
import { IconButton } from './icon-button';
import './toast.css';
import { toasts } from './toasts';

/** Shows the toast of the moment. Mounted once; never takes focus. */
export function ToastHost() {
  const toast = useSyncExternalStore(toasts.subscribe, toasts.snapshot);
  return (
    <div className="toast-host" role="status" aria-live="polite">
      {toast ? (
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
            <button type="button" className="toast__action" onClick={toasts.act}>
              {toast.action.label}
            </button>
          ) : null}
          <IconButton size="small" label="Close message" icon={<X />} onClick={toasts.close} />
        </div>
      ) : null}
    </div>
  );
}
