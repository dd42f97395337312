/**
 * What holds a live session together around the media: one session per browser, the screen stays
 * on, leaving asks first.
 */

/** Held by the tab that has the live session. */
export const kSessionLock = 'reprise-live';

let heldHere = false;
/** Whether the session is this tab's own. */
export const holdsSessionLock = (): boolean => heldHere;

/**
 * One live session in all tabs of this browser. Null when another one runs; else call the result to
 * let go. Where site data are blocked there are no locks: then each tab is on its own.
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

/** Says again and again that the talk goes on. Call the result to end it. */
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

/** Reload and close ask first. Call the result to end it. */
export const askBeforeLeaving = (): (() => void) => {
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
};
