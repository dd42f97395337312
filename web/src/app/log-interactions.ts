import { interactions, kLogOffSetting, setLogOff } from '../api/interactions';
import { readSetting } from '../ui/settings';
import { toasts } from '../ui/toasts';

/** What a download is, by its address. */
const kDownloads: readonly (readonly [RegExp, string])[] = [
  [/\/media$/, 'film'],
  [/\/recording\.mcap$/, 'record'],
  [/\/captions\.vtt$/, 'captions'],
  [/\/events$/, 'events'],
  [/\/table$/, 'tasks'],
  [/\/file$/, 'export'],
];

/** The name of what lies at a path. Pure. */
export const downloadName = (path: string): string =>
  kDownloads.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';

/** Logs what no single part of the app knows, and sends what is left when the page goes. Call it once. */
export function logInteractions(): void {
  setLogOff(() => readSetting(kLogOffSetting) === 'off');
  let newest = 0;
  toasts.subscribe(() => {
    const toast = toasts.snapshot();
    if (!toast || toast.id <= newest) return;
    newest = toast.id;
    if (toast.tone === 'error') interactions.add('error_shown', { name: 'message' });
  });
  addEventListener(
    'click',
    ({ target }) => {
      const link = target instanceof Element ? target.closest('a[download]') : null;
      if (link instanceof HTMLAnchorElement) {
        interactions.add('download', { what: downloadName(new URL(link.href).pathname) });
      }
    },
    { capture: true },
  );
  addEventListener('pagehide', () => void interactions.flush(true));
}
