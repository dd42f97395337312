import { Listeners } from './listeners';

/** Holds an immutable snapshot and tells listeners when it has changed (for `useSyncExternalStore`). */
export class SnapshotStore<T extends object> {
  #snapshot: T;
  readonly #listeners = new Listeners();

  constructor(initial: T) {
    this.#snapshot = initial;
  }

  get = (): T => this.#snapshot;

  set(change: Partial<T>): void {
    const keys = Object.keys(change) as (keyof T)[];
    if (keys.every((key) => Object.is(change[key], this.#snapshot[key]))) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    this.#listeners.tell();
  }

  readonly subscribe = this.#listeners.subscribe;
}
