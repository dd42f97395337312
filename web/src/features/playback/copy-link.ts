import { formatDuration } from '../../ui/format';
import { toasts } from '../../ui/toasts';
import { addressAt } from './use-time-address';

/** Puts the address of this moment into the clipboard; where that is refused, shows it. */
export function copyLink(ms: number): void {
  const link = addressAt(ms);
  const refused = () => {
    toasts.show(`The browser copies nothing here: ${link}`, { tone: 'error' });
  };
  const copied = () => {
    toasts.show(`Link to ${formatDuration(ms)} copied.`);
  };
  // Absent on plain http.
  if (navigator.clipboard) navigator.clipboard.writeText(link).then(copied, refused);
  else refused();
}
