/**
 * What was discarded while the page went away: written at once, unlike a file, and read by the next page before anything is
 * sent. Where the browser keeps nothing there is no journal either.
 */
const kName = 'reprise.discarded';
/** Each is forgotten when it is done; this bounds what never comes to its end. */
const kNamesMax = 50;

/** What this needs of `localStorage`. */
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
      // Then the mark in the journal has to do.
    }
  }
}
