/** How long a toast stays, and how long Undo is offered. Failures stay until they are closed. */
export const kToastMs = 6_000;
export const kUndoMs = 10_000;

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'error';
  readonly action: { readonly label: string; readonly run: () => void } | null;
};

type Entry = { readonly toast: Toast; leftMs: number; readonly onExpire: () => void };

/**
 * One toast at a time; a newer one replaces the older, whose time is then over. Lives outside React so that
 * it survives navigation. `pause` and `resume` stop and go on with the time while a pointer rests on it.
 */
export class ToastStore {
  private current: Entry | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private runningSinceMs = 0;
  private nextId = 1;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Toast | null => this.current?.toast ?? null;

  /** Shows a sentence. `onExpire` runs once when it goes without its action: by time, by a newer one or by `close`. */
  show(
    text: string,
    options: {
      readonly tone?: 'plain' | 'error';
      readonly action?: { readonly label: string; readonly run: () => void };
      readonly durationMs?: number;
      readonly onExpire?: () => void;
    } = {},
  ): number {
    this.close();
    const tone = options.tone ?? 'plain';
    const toast: Toast = { id: this.nextId++, text, tone, action: options.action ?? null };
    const leftMs = tone === 'error' ? Number.POSITIVE_INFINITY : (options.durationMs ?? kToastMs);
    this.current = { toast, leftMs, onExpire: options.onExpire ?? (() => {}) };
    this.resume();
    this.emit();
    return toast.id;
  }

  readonly pause = (): void => {
    if (this.timer === null || this.current === null) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.current.leftMs -= Date.now() - this.runningSinceMs;
  };

  readonly resume = (): void => {
    if (this.timer !== null || this.current === null) return;
    if (this.current.leftMs === Number.POSITIVE_INFINITY) return;
    this.runningSinceMs = Date.now();
    this.timer = setTimeout(this.close, Math.max(0, this.current.leftMs));
  };

  readonly close = (): void => this.take()?.onExpire();

  /** Does what the button of the toast says. */
  readonly act = (): void => this.take()?.toast.action?.run();

  private take(): Entry | null {
    const entry = this.current;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.current = null;
    if (entry) this.emit();
    return entry;
  }

  private emit(): void {
    for (const listener of this.listeners) listener();
  }
}

export const toasts = new ToastStore();
