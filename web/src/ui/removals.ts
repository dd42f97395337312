import { Listeners } from '../media/listeners';
import { forgetLeft, keepLeft, type LeftRemoval } from './left-removals';
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
  /** What `commit` deletes on the server: the next page makes sure of it when this one is closed. */
  readonly paths?: readonly string[];
  /** The person has undone it; it is shown again. */
  readonly onUndo?: () => void;
  /** The sentence to show when `commit` has failed and the thing is shown again. */
  readonly failure: (error: unknown) => string;
};

/** Said by the next page when it cannot remove it either. */
const kClosed = new Error('The page was closed before the server had answered.');
/** Stands for no toast; toasts have ids from 1. */
const kNoToast = 0;

/**
 * Delete with Undo: the thing is hidden at once, and the request goes to the server when the time for Undo is over or
 * when the page is closed. Each removal has its own Undo. Lives outside of React, so that it survives navigation.
 */
export class RemovalStore {
  private hidden: ReadonlySet<string> = new Set();
  /** With the toast that offers Undo. */
  private readonly pending = new Map<Removal, number>();
  private readonly listeners = new Listeners();
  private readonly toasts: ToastStore;

  constructor(store: ToastStore) {
    this.toasts = store;
  }

  readonly subscribe = this.listeners.subscribe;

  /** The keys that are hidden now: a new set after each change. */
  readonly snapshot = (): ReadonlySet<string> => this.hidden;

  remove(removal: Removal): void {
    this.setHidden(removal.keys, true);
    const toast = this.toasts.show(removal.text, {
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
    this.pending.set(removal, toast);
  }

  /**
   * Call it when the page is being closed: hidden things are then removed. What is there of it when the next page of
   * this tab asks is removed by that one: the request may come late, or be lost.
   */
  readonly leave = (): void => {
    for (const [removal, toast] of this.pending) {
      const { keys, paths = [], text } = removal;
      if (paths.length > 0) keepLeft({ keys, paths, text, failure: removal.failure(kClosed) });
      void this.commit(removal, true);
      // The page may be shown again, and this cannot be undone any more.
      this.toasts.close(toast);
    }
  };

  /** Removes what the page before had not removed for certain when it was closed. `remove`: it is gone. */
  finish(left: readonly LeftRemoval[], remove: (path: string) => Promise<void>): void {
    for (const { keys, paths, text, failure } of left) {
      const commit = async () => void (await Promise.all(paths.map(remove)));
      const removal = { keys, text, paths, commit, failure: () => failure };
      this.setHidden(keys, true);
      this.pending.set(removal, kNoToast);
      void this.commit(removal, false);
    }
  }

  private async commit(removal: Removal, leaving: boolean): Promise<void> {
    if (!this.pending.delete(removal)) return;
    try {
      await removal.commit(leaving);
      this.setHidden(removal.keys, false);
      forgetLeft(removal.keys);
    } catch (error) {
      this.setHidden(removal.keys, false);
      // The next page tries again, but no page after one that has said so.
      if (!leaving) forgetLeft(removal.keys);
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
