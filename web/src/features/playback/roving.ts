import type { KeyboardEvent } from 'react';

/** Up and down move the focus among the elements of a list that match. Returns whether it moved. */
export function moveFocus(event: KeyboardEvent<HTMLElement>, selector: string): boolean {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return false;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const next = rows[rows.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return false;
  event.preventDefault();
  next.focus();
  return true;
}
