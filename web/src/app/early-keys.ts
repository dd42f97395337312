/**
 * Keys for what is on every page, pressed before the app stands. Without a listener they would be the browser's: `Ctrl K`
 * goes to its address bar, and what was to be searched here is sent to a search engine.
 */
import { type KeyPress, shortcutName } from '../ui/shortcut-name';

const kKept: readonly string[] = ['Ctrl+K', '/', '?', 'Ctrl+Shift+O', 'Ctrl+Shift+L'];

let last: KeyPress | null = null;

function keep(event: KeyboardEvent): void {
  if (event.altKey || event.isComposing || !kKept.includes(shortcutName(event))) return;
  if (event.target instanceof Element && event.target.closest('input, textarea, select')) return;
  event.preventDefault();
  last = event;
}

/** The first script calls it. */
export const keepEarlyKeys = (): void => addEventListener('keydown', keep);

/** Call it when the app listens: it gets the key that was pressed last. */
export function replayEarlyKeys(): void {
  removeEventListener('keydown', keep);
  if (!last) return;
  const { key, code, ctrlKey, metaKey, shiftKey } = last;
  last = null;
  const init = { key, code, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new KeyboardEvent('keydown', init));
}
