import { Listeners } from '../media/listeners';
import { kUndoMs, type ToastStore, toasts } from './toasts';

type Removal = {
  /** What is hidden while Undo is offered, for example `chat:0193…`. */
  readonly keys: readonly string[];
  /** The sentence of the toast, for example "Chat deleted". */
  readonly text: string;
  /**
   * Removes it for good on the server and from what is cached. `leaving`: the page goes away, use a request
   * that outlives it.
   */
  readonly commit: (leaving: boolean) => Promise<void>;
  /** The person took it back; it is shown again. */
  readonly onUndo?: () => void;
  /** What is said when `commit` failed and the thing is back. */
  readonly failure: (error: unknown) => string;
};

/**
 * Delete with Undo: the thing is hidden at once, the server hears of it when the time for Undo is over
 * or when the page goes away. Each removal has its own Undo. Lives outside React, so it survives navigation.
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

  /** The keys that are hidden now; a new set after each change. */
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

  /** Call when the page goes away: what is hidden was meant. */
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
