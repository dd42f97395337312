import { Listeners } from '../media/listeners';
import { kUndoMs, type ToastStore, toasts } from './toasts';

type Removal = {
  /** What is hidden while Undo is offered, for example `chat:0193…`. */
  readonly keys: readonly string[];
  /** The sentence of the toast, for example "Chat deleted". */
  readonly text: string;
  /**
   * Removes it for good on the server and from the cached data. `leaving`: the page is being closed, so use a request
   * that outlives it.
   */
  readonly commit: (leaving: boolean) => Promise<void>;
  /** The person has undone it; it is shown again. */
  readonly onUndo?: () => void;
  /** The sentence to show when `commit` has failed and the thing is shown again. */
  readonly failure: (error: unknown) => string;
};

/**
 * Delete with Undo: the thing is hidden at once, and the request goes to the server when the time for Undo is over or
 * when the page is closed. Each removal has its own Undo. Lives outside of React, so that it survives navigation.
 */
export class RemovalStore {
  private hidden: ReadonlySet<string> = new Set();
  private readonly pending = new Set<Removal>();
  private readonly listeners = new Listeners();
  private readonly toasts: ToastStore;

  constructor(store: ToastStore) {
    this.toasts = store;
  }

  readonly subscribe = this.listeners.subscribe;

  /** The keys that are hidden now: a new set after each change. */
  readonly snapshot = (): ReadonlySet<string> => this.hidden;

  remove(removal: Removal): void {
    this.pending.add(removal);
    this.setHidden(removal.keys, true);
    this.toasts.show(removal.text, {
      durationMs: kUndoMs,
      stays: true,
      action: {
        label: 'Undo',
        undoes: true,
        run: () => {
          this.pending.delete(removal);
          this.setHidden(removal.keys, false);
          removal.onUndo?.();
        },
      },
      onExpire: () => this.commit(removal, false),
    });
  }

  /** Call it when the page is being closed: hidden things are then removed. */
  readonly leave = (): void => {
    for (const removal of this.pending) void this.commit(removal, true);
  };

  private async commit(removal: Removal, leaving: boolean): Promise<void> {
    if (!this.pending.delete(removal)) return;
    try {
      await removal.commit(leaving);
      this.setHidden(removal.keys, false);
    } catch (error) {
      this.setHidden(removal.keys, false);
      this.toasts.show(removal.failure(error), {
        tone: 'error',
        action: { label: 'Try again', run: () => this.remove(removal) },
      });
    }
  }

  private setHidden(keys: readonly string[], on: boolean): void {
    const next = new Set(this.hidden);
    for (const key of keys) {
      if (on) next.add(key);
      else next.delete(key);
    }
    this.hidden = next;
    this.listeners.tell();
  }
}

export const removals = new RemovalStore(toasts);
