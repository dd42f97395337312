import { copyText } from '../../ui/copy-text';
import { formatDuration } from '../../ui/format';
import { toasts } from '../../ui/toasts';
import { addressAt } from './use-time-address';

/** Copies the address of this moment to the clipboard. Where the browser refuses that, shows the address. */
export async function copyLink(ms: number): Promise<void> {
  const link = addressAt(ms);
  if (await copyText(link)) toasts.show(`Link to ${formatDuration(ms)} copied.`);
  else toasts.show(`The browser copies nothing here: ${link}`, { tone: 'error' });
}
