/** The host to which an address leads; empty when it leads to none. Pure. */
export function placeOf(href: string): string {
  try {
    return new URL(href).host;
  } catch {
    return '';
  }
}
