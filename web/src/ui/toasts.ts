import { Listeners } from '../media/listeners';

/** How long a toast is shown, and how long Undo is offered. Failures stay until they are closed. */
export const kToastMs = 6_000;
export const kUndoMs = 10_000;

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'error';
  readonly action: ToastAction | null;
};
/** `undoes`: the action undoes what the toast reports, as Ctrl+Z does. */
export type ToastAction = {
  readonly label: string;
  readonly run: () => void;
  readonly undoes?: boolean;
};

type Entry = {
  readonly toast: Toast;
  readonly stays: boolean;
  readonly onExpire: () => void;
  leftMs: number;
  runningSinceMs: number;
  timer: ReturnType<typeof setTimeout> | null;
};

/** How many are shown at once, the newest. The time of others runs, too; they are shown when newer ones have gone. */
export const kToastsMax = 3;

/**
 * A newer toast replaces the older ones and ends their time. Toasts with `stays` remain for their own time, as each
 * deletion has its own Undo. Lives outside of React, so that it survives navigation. `pause` and `resume` stop and
 * continue the time while a pointer rests on them.
 */
export class ToastStore {
  private entries: readonly Entry[] = [];
  private shown: readonly Toast[] = [];
  private paused = false;
  private nextId = 1;
  private readonly listeners = new Listeners();

  readonly subscribe = this.listeners.subscribe;

  /** The newest toast. */
  readonly snapshot = (): Toast | null => this.shown.at(-1) ?? null;
  /** Those that are shown, the oldest first; the same array until something changes. */
  readonly list = (): readonly Toast[] => this.shown;

  /**
   * Shows a sentence. `onExpire` runs once when the toast disappears without its action: by time, by `close`, or by a
   * newer toast if it does not stay.
   */
  show(
    text: string,
    options: {
      readonly tone?: 'plain' | 'error';
      readonly action?: ToastAction;
      readonly durationMs?: number;
      /** A newer toast does not end its time. */
      readonly stays?: boolean;
      readonly onExpire?: () => void;
    } = {},
  ): number {
    for (const { toast, stays } of this.entries) if (!stays) this.close(toast.id);
    const tone = options.tone ?? 'plain';
    const toast: Toast = { id: this.nextId++, text, tone, action: options.action ?? null };
    const entry: Entry = {
      toast,
      stays: options.stays ?? false,
      onExpire: options.onExpire ?? (() => {}),
      leftMs: tone === 'error' ? Number.POSITIVE_INFINITY : (options.durationMs ?? kToastMs),
      runningSinceMs: 0,
      timer: null,
    };
    if (!this.paused) this.run(entry);
    this.setEntries([...this.entries, entry]);
    return toast.id;
  }

  readonly pause = (): void => {
    this.paused = true;
    for (const entry of this.entries) {
      if (entry.timer === null) continue;
      clearTimeout(entry.timer);
      entry.timer = null;
      entry.leftMs -= Date.now() - entry.runningSinceMs;
    }
  };

  readonly resume = (): void => {
    this.paused = false;
    for (const entry of this.entries) this.run(entry);
  };

  /** Without an id: closes the newest toast. */
  readonly close = (id?: number): void => this.take(id)?.onExpire();

  /** Runs the action of a toast's button. Without an id: of the newest toast. */
  readonly act = (id?: number): void => this.take(id)?.toast.action?.run();

  private run(entry: Entry): void {
    if (entry.timer !== null || entry.leftMs === Number.POSITIVE_INFINITY) return;
    entry.runningSinceMs = Date.now();
    entry.timer = setTimeout(() => this.close(entry.toast.id), Math.max(0, entry.leftMs));
  }

  private take(id = this.snapshot()?.id): Entry | null {
    const entry = this.entries.find(({ toast }) => toast.id === id);
    if (!entry) return null;
    if (entry.timer !== null) clearTimeout(entry.timer);
    this.setEntries(this.entries.filter((one) => one !== entry));
    return entry;
  }

  private setEntries(entries: readonly Entry[]): void {
    this.entries = entries;
    this.shown = entries.slice(-kToastsMax).map(({ toast }) => toast);
    // Without a toast there is no pointer on one that would make it stay.
    if (entries.length === 0) this.paused = false;
    this.listeners.tell();
  }
}

export const toasts = new ToastStore();
