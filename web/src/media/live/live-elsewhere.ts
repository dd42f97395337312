import { SnapshotStore } from '../snapshot-store';
import { holdsSessionLock, kSessionLock } from './session-guards';

/** How often the browser is asked: a tab that was killed sends no message. */
const kLookMs = 2_000;

/** Whether another tab of this browser has a live session. Asks only while it has listeners and the page is visible. */
export class LiveElsewhere {
  readonly #store = new SnapshotStore<{ readonly on: boolean }>({ on: false });
  readonly #locks: Pick<LockManager, 'query'> | undefined;
  #listeners = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(locks: Pick<LockManager, 'query'> | undefined) {
    this.#locks = locks;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const unsubscribe = this.#store.subscribe(listener);
    if (this.#listeners++ === 0) {
      void this.#look();
      this.#timer = setInterval(() => void this.#look(), kLookMs);
    }
    return () => {
      unsubscribe();
      if (--this.#listeners === 0) clearInterval(this.#timer);
    };
  };
  readonly snapshot = (): boolean => this.#store.get().on;

  async #look(): Promise<void> {
    if (typeof document !== 'undefined' && document.visibilityState === 'hidden') return;
    // Where site data are blocked there are no locks, so the answer is unknown.
    const state = await this.#locks?.query().catch(() => null);
    const held = state?.held?.some(({ name }) => name === kSessionLock) ?? false;
    const on = held && !holdsSessionLock();
    if (on !== this.snapshot()) this.#store.set({ on });
  }
}
