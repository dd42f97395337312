import { useEffect, useRef } from 'react';
import { readSetting, writeSetting } from './settings';
import { shortcutName } from './shortcut-name';

/** Keys written as `Ctrl+Shift+O`, `Shift+H`, `m`, `?`. `Ctrl` also means the command key. */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

const kSingleKeysOffName = 'reprise.single-keys-off';

/** Single-letter keys can be turned off (WCAG 2.1.4). */
export const singleKeysOff = (): boolean => readSetting(kSingleKeysOffName) === '1';
export const setSingleKeysOff = (off: boolean): void =>
  writeSetting(kSingleKeysOffName, off ? '1' : null);

const isTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !/^(range|checkbox|radio)$/.test(target.type)));

/** Keys that the focused control needs itself: for moving a slider, or choosing in an open menu. */
function belongsToControl(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="menu"]')) return true;
  const slider = target instanceof HTMLInputElement && target.type === 'range';
  return slider && /^(Arrow|Page|Home$|End$)/.test(event.key);
}

/** Handles keys while mounted. Does nothing while a text field has the focus or a modal dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.isComposing) return;
      const name = shortcutName(event);
      const withControl = name.startsWith('Ctrl+');
      // In a text field the browser's own undo is kept.
      if (isTextField(event.target) && (!withControl || name === 'Ctrl+Z')) return;
      if (!withControl && ((singleKeysOff() && name !== 'Escape') || belongsToControl(event)))
        return;
      if (document.querySelector('dialog[open]')) return;
      const run = Object.hasOwn(latest.current, name) ? latest.current[name] : undefined;
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}
