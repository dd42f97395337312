/**
 * What was deleted when a page was closed within the time for Undo. It lasts as long as the tab, so that the page after a
 * reload knows what must be gone: its first requests may overtake the last ones of the page before.
 */
export type LeftRemoval = {
  readonly keys: readonly string[];
  /** What the server is asked to delete. */
  readonly paths: readonly string[];
  readonly text: string;
  /** The sentence to show when it cannot be removed. */
  readonly failure: string;
};

const kName = 'reprise.left';

/** Nothing where pages may keep nothing, or where somebody else has changed it. */
export function leftRemovals(): readonly LeftRemoval[] {
  try {
    const all: unknown = JSON.parse(sessionStorage.getItem(kName) ?? '[]');
    return Array.isArray(all) ? all.filter(isLeft) : [];
  } catch {
    return [];
  }
}

export const keepLeft = (removal: LeftRemoval): void => write([...leftRemovals(), removal]);

/** They are gone, or stay. */
export function forgetLeft(keys: readonly string[]): void {
  const all = leftRemovals();
  const kept = all.filter((one) => !one.keys.some((key) => keys.includes(key)));
  if (kept.length < all.length) write(kept);
}

function write(all: readonly LeftRemoval[]): void {
  try {
    if (all.length === 0) sessionStorage.removeItem(kName);
    else sessionStorage.setItem(kName, JSON.stringify(all));
  } catch {} // Then only the request of the page that was closed removes it.
}

const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function isLeft(value: unknown): value is LeftRemoval {
  const { keys, paths, text, failure } = Object(value) as Record<string, unknown>;
  return areTexts(keys) && areTexts(paths) && areTexts([text, failure]);
}
