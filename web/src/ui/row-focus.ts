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
const rowOf = (key: string) => rows().find((row) => keyOf(row) === key);
/** The rows of the same kind, for example all chats. */
const rowsLike = (key: string) => {
  const kind = key.slice(0, key.indexOf(':') + 1);
  return rows().filter((row) => keyOf(row).startsWith(kind));
};

/**
 * Call it before the row is removed. The focus goes to the next row, or to the one before, or to the heading of the
 * page.
 */
export function focusBeside(key: string): void {
  const alike = rowsLike(key);
  const at = alike.findIndex((row) => keyOf(row) === key);
  const beside = at < 0 ? undefined : (alike[at + 1] ?? alike[at - 1]);
  setTimeout(() => {
    // Something else has the focus already, or the page has changed and its heading has it.
    if (document.activeElement !== document.body) return;
    const heading = document.querySelector<HTMLElement>('#main h1');
    (controlIn(beside?.isConnected ? beside : null) ?? heading)?.focus();
  }, kMenuCloseMs);
}

/** Call it after the row has come back. */
export function focusRow(key: string): void {
  setTimeout(() => controlIn(rowOf(key))?.focus(), kMenuCloseMs);
}
