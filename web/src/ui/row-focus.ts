/**
 * Where focus goes when rows of a list leave and come back. A row carries `data-removal`, the key of
 * its removal (`chat:0193…`); its first link or button takes the focus.
 */

/** A menu that closes gives focus back to its button, which has gone with the row. */
const kMenuCloseMs = 60;

const controlIn = (row: Element | null | undefined) =>
  row?.querySelector<HTMLElement>('a[href], button:not(:disabled)') ?? null;
const listOf = (key: string) => key.slice(0, key.indexOf(':') + 1);
const rowsLike = (row: Element) => [
  ...document.querySelectorAll(
    `[data-removal^="${listOf(row.getAttribute('data-removal') ?? '')}"]`,
  ),
];
const rowOf = (key: string) => document.querySelector(`[data-removal="${CSS.escape(key)}"]`);

/** Call before the row goes: the next row takes the focus, or the one before, or the heading of the page. */
export function focusBeside(key: string): void {
  const row = rowOf(key);
  const rows = row ? rowsLike(row) : [];
  const at = row ? rows.indexOf(row) : -1;
  const beside = rows[at + 1] ?? rows[at - 1];
  setTimeout(() => {
    // Somebody was quicker, or the page has changed and put it on its heading.
    if (document.activeElement !== document.body) return;
    const heading = document.querySelector<HTMLElement>('#main h1');
    (controlIn(beside?.isConnected ? beside : null) ?? heading)?.focus();
  }, kMenuCloseMs);
}

/** Call after the row has come back. */
export function focusRow(key: string): void {
  setTimeout(() => controlIn(rowOf(key))?.focus(), kMenuCloseMs);
}
