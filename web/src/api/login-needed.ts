/**
 * Whether our server wants a login before it answers (401). Said by any request, read by the app, which leads to the
 * login page or, when the page is in use, asks to log in again in place. No React, as everything in this folder.
 */
export class LoginNeeded {
  private needed = false;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): boolean => this.needed;

  /** A request was answered 401. */
  readonly say = (): void => this.set(true);

  /** Somebody is logged in. */
  readonly over = (): void => this.set(false);

  private set(needed: boolean): void {
    if (this.needed === needed) return;
    this.needed = needed;
    for (const listener of this.listeners) listener();
  }
}

export const loginNeeded = new LoginNeeded();
