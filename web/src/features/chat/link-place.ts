/** Where links lead. Pure. */

/** The host, or the mailbox, to which an address leads; empty when it leads to none. */
export function placeOf(href: string): string {
  try {
    const { protocol, host, pathname } = new URL(href);
    return protocol === 'mailto:' ? pathname : host;
  } catch {
    return '';
  }
}

const kPlain = /^[!-?A-~]*$/;

/** Whether the words of a link are its address themselves, so that they say where it goes. */
export function isPlaceItself(words: string, place: string): boolean {
  // Letters of other scripts may look like those of another place; what stands before `@` is no place.
  if (!kPlain.test(words)) return false;
  return placeOf(words) === place || placeOf(`http://${words}`) === place;
}
