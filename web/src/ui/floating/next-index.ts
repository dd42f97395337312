/** How the arrows, Home and End move among `count` things in a row or a column; null for another key. Pure. */
export function nextIndex(
  key: string,
  index: number,
  count: number,
  [back, forth]: readonly [string, string],
): number | null {
  switch (key) {
    case back:
      return Math.max(0, index < 0 ? count - 1 : index - 1);
    case forth:
      return Math.min(count - 1, index + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
