/**
 * Where focus goes when rows of a list leave and come back. A row carries `data-removal`, the key of
 * its removal (`chat:0193…`); its first link or button takes the focus.
 */

/** A menu that closes gives focus back to its button, which has gone with the row. */
const kMenuCloseMs = 60;

const controlIn = (row: Element | null | undefined) =>
  row?.querySelector<HTMLElement>('a[href], button:not(:disabled)') ?? null;
const keyOf = (row: Element) => row.getAttribute('data-removal') ?? '';
const rows = () => [...document.querySelectorAll('[data-removal]')];
const rowOf = (key: string) => rows().find((row) => keyOf(row) === key);
/** The rows of the same kind: chats among chats. */
const rowsLike = (key: string) => {
  const kind = key.slice(0, key.indexOf(':') + 1);
  return rows().filter((row) => keyOf(row).startsWith(kind));
};

/** Call before the row goes: the next row takes the focus, or the one before, or the heading of the page. */
export function focusBeside(key: string): void {
  const alike = rowsLike(key);
  const at = alike.findIndex((row) => keyOf(row) === key);
  const beside = at < 0 ? undefined : (alike[at + 1] ?? alike[at - 1]);
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
