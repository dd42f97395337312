import { Listeners } from '../../media/listeners';

/** Where the app is. `path` has no trailing slash; `entry` names the entry in the window's history. */
export type Address = {
  readonly path: string;
  /** As in the address, with its question mark, or empty. */
  readonly search: string;
  readonly entry: string;
};

/** What this file keeps in `history.state`. `index` grows with each new entry, so that Back can be told from Forward. */
type Kept = { readonly entry: string; readonly index: number };

/**
 * The address of the page and its history. Links go through `go`, so that the page stays and only its content changes;
 * Back and Forward come from the window.
 */
export class Router {
  readonly #window: Window;
  readonly #listeners = new Listeners();
  readonly #blocks = new Set<() => boolean>();
  #address: Address;
  #index: number;
  /** The way back to the entry that must not be left is itself a change of the history. */
  #returning = false;

  constructor(window: Window) {
    this.#window = window;
    const kept = keptIn(window.history.state);
    this.#index = kept?.index ?? 0;
    this.#address = this.#read(kept?.entry ?? this.#adopt(this.#index));
    window.addEventListener('popstate', this.#onPop);
  }

  /** Only tests close it: in the app it lives as long as the page. */
  close(): void {
    this.#window.removeEventListener('popstate', this.#onPop);
  }

  readonly subscribe = this.#listeners.subscribe;
  readonly snapshot = (): Address => this.#address;

  /** Goes to an address of this app: a path, with `?` and `#` if wanted. The same address again makes no new entry. */
  go(to: string, { replace = false } = {}): void {
    const { history, location } = this.#window;
    const url = new URL(to, location.href);
    if (url.pathname !== location.pathname && this.#isBlocked()) return;
    const kept = { entry: newEntry(), index: this.#index };
    if (replace || url.href === location.href) history.replaceState(kept, '', url);
    else history.pushState({ ...kept, index: ++this.#index }, '', url);
    this.#tell(kept.entry);
    if (url.hash) this.#window.document.getElementById(url.hash.slice(1))?.scrollIntoView();
  }

  /** While `mayLeave` says no, the path stays. Returns what ends it. */
  block(mayLeave: () => boolean): () => void {
    this.#blocks.add(mayLeave);
    return () => this.#blocks.delete(mayLeave);
  }

  readonly #onPop = (event: PopStateEvent): void => {
    const kept = keptIn(event.state);
    if (this.#returning) {
      this.#returning = false;
      return;
    }
    if (this.#window.location.pathname !== this.#address.path && this.#isBlocked()) {
      this.#returning = true;
      this.#window.history.go(this.#index - (kept?.index ?? this.#index + 1));
      return;
    }
    // A link within the page (`#main`) has made an entry of its own.
    if (kept) this.#index = kept.index;
    this.#tell(kept?.entry ?? this.#adopt(++this.#index));
  };

  #isBlocked(): boolean {
    return [...this.#blocks].some((mayLeave) => !mayLeave());
  }

  /** Writes what we keep to an entry that we did not make. */
  #adopt(index: number): string {
    const kept: Kept = { entry: newEntry(), index };
    this.#window.history.replaceState(kept, '');
    return kept.entry;
  }

  #read(entry: string): Address {
    const { pathname, search } = this.#window.location;
    return { path: pathname.replace(/(.)\/+$/, '$1'), search, entry };
  }

  #tell(entry: string): void {
    this.#address = this.#read(entry);
    this.#listeners.tell();
  }
}

let entries = 0;
/** Not the name of an entry that this page made before it was reloaded. */
const newEntry = (): string => `${performance.timeOrigin}-${++entries}`;

function keptIn(state: unknown): Kept | null {
  if (typeof state !== 'object' || state === null) return null;
  const { entry, index } = state as Partial<Kept>;
  return typeof entry === 'string' && typeof index === 'number' ? { entry, index } : null;
}
