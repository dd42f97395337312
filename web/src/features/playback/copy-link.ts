import { formatDuration } from '../../ui/format';
import { toasts } from '../../ui/toasts';
import { addressAt } from './use-time-address';

/** Copies the address of this moment to the clipboard. Where the browser refuses that, shows the address. */
export function copyLink(ms: number): void {
  const link = addressAt(ms);
  const refused = () => {
    toasts.show(`The browser copies nothing here: ${link}`, { tone: 'error' });
  };
  const copied = () => {
    toasts.show(`Link to ${formatDuration(ms)} copied.`);
  };
  // The clipboard is absent on plain http.
  if (navigator.clipboard) navigator.clipboard.writeText(link).then(copied, refused);
  else refused();
}
