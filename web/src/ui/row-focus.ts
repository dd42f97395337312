/**
 * Where the focus goes when rows of a list are removed or come back. A row has `data-removal`, the key of its removal
 * (`chat:0193…`); its first link or button gets the focus.
 */

/** A menu that closes returns the focus to its button, which was removed with the row. */
const kMenuCloseMs = 60;

const controlIn = (row: Element | null | undefined) =>
  row?.querySelector<HTMLElement>('a[href], button:not(:disabled)') ?? null;
const keyOf = (row: Element) => row.getAttribute('data-removal') ?? '';
const rows = () => [...document.querySelectorAll('[data-removal]')];
/** The rows of the same kind, for example all chats. */
const rowsLike = (keys: readonly string[]) => {
  const kind = /^[^:]*:/.exec(keys[0] ?? '')?.[0] ?? '';
  return rows().filter((row) => keyOf(row).startsWith(kind));
};

/**
 * Call it before the rows are removed; all are of one kind. The focus goes to the next row that stays, or to the last
 * one, or to the heading of the page.
 */
export function focusBeside(keys: readonly string[]): void {
  const alike = rowsLike(keys);
  const goes = (row: Element) => keys.includes(keyOf(row));
  const first = alike.findIndex(goes);
  const staying = (row: Element) => !goes(row);
  const beside =
    first < 0 ? undefined : (alike.slice(first).find(staying) ?? alike.findLast(staying));
  setTimeout(() => {
    // Something else has the focus already, or the page has changed and its heading has it.
    if (document.activeElement !== document.body) return;
    const heading = document.querySelector<HTMLElement>('#main h1');
    (controlIn(beside?.isConnected ? beside : null) ?? heading)?.focus();
  }, kMenuCloseMs);
}

/** Call it after the rows have come back. The focus goes to the first of them. */
export function focusFirstOf(keys: readonly string[]): void {
  setTimeout(
    () => controlIn(rows().find((row) => keys.includes(keyOf(row))))?.focus(),
    kMenuCloseMs,
  );
}
