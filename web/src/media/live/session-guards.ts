/**
 * What protects a live session: only one session per browser, the screen stays on, and the browser asks before it
 * leaves the page.
 */

/** The name of the lock that the tab with the live session holds. */
export const kSessionLock = 'reprise-live';

let heldHere = false;
/** Whether this tab itself holds the lock. */
export const holdsSessionLock = (): boolean => heldHere;

/**
 * Takes the lock for one live session in all tabs of this browser. Null when another tab holds it; otherwise call the
 * result to release it. Where site data are blocked there are no locks, so each tab is on its own.
 */
export const takeSessionLock = (): Promise<(() => void) | null> =>
  new Promise((resolve) => {
    navigator.locks
      .request(kSessionLock, { ifAvailable: true }, (lock) => {
        if (!lock) {
          resolve(null);
          return undefined;
        }
        heldHere = true;
        return new Promise<void>((release) =>
          resolve(() => {
            heldHere = false;
            release();
          }),
        );
      })
      .catch(() => resolve(() => {}));
  });

/** Repeats the message that the talk goes on. Call the result to end it. */
export const keepSaying = (say: () => Promise<void>, everyMs: number): (() => void) => {
  void say();
  const timer = setInterval(() => void say(), everyMs);
  return () => clearInterval(timer);
};

/** Keeps the screen on while the page is visible. Call the result to end it. */
export const keepScreenOn = (): (() => void) => {
  let sentinel: WakeLockSentinel | null = null;
  let over = false;
  const ask = async (): Promise<void> => {
    if (over || document.visibilityState !== 'visible') return;
    const got = await navigator.wakeLock?.request('screen').catch(() => null);
    if (over) void got?.release();
    else sentinel = got ?? null;
  };
  const onVisible = (): void => void ask();
  document.addEventListener('visibilitychange', onVisible);
  void ask();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', onVisible);
    void sentinel?.release().catch(() => {});
  };
};

/** Makes the browser ask before the page is reloaded or closed. Call the result to end it. */
export const askBeforeLeaving = (): (() => void) => {
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
};
