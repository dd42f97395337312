/**
 * The recordings that were discarded while the page was closing. They are written at once, unlike a file, and the next
 * page reads them before it sends anything. Where the browser keeps nothing there is no journal either.
 */
const kName = 'reprise.discarded';
/** A name is removed when its recording was discarded. This bounds names that are never removed. */
const kNamesMax = 50;

/** The parts of `localStorage` that are needed here. */
type Kept = Pick<Storage, 'getItem' | 'setItem'>;

export class DiscardedNames {
  readonly #kept: () => Kept;

  constructor(kept: () => Kept = () => localStorage) {
    this.#kept = kept;
  }

  list(): readonly string[] {
    try {
      const names: unknown = JSON.parse(this.#kept().getItem(kName) ?? '[]');
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    } catch {
      return [];
    }
  }

  add(name: string): void {
    this.#write([...this.list().filter((other) => other !== name), name].slice(-kNamesMax));
  }

  forget(name: string): void {
    const names = this.list();
    if (names.includes(name)) this.#write(names.filter((other) => other !== name));
  }

  #write(names: readonly string[]): void {
    try {
      this.#kept().setItem(kName, JSON.stringify(names));
    } catch {
      // Then only the mark in the journal is left.
    }
  }
}
