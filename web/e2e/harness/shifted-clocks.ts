import type { BrowserContext } from '@playwright/test';

/** Changes to the clocks of one thread, in milliseconds. A jump comes when the thread has lived for `jumpAtMs`. */
export type ClockShift = {
  /** Added to `performance.timeOrigin`, as if the thread had been made at another time. */
  readonly originMs?: number;
  /** Added to `timeOrigin` after the jump. */
  readonly originJumpMs?: number;
  /** Added to `performance.now()`. */
  readonly nowMs?: number;
  readonly nowJumpMs?: number;
  /** How much too fast `performance.now()` runs. */
  readonly ppm?: number;
  /** Added to the wall clock, `Date.now()`. */
  readonly wallMs?: number;
  /** Added to the wall clock after the jump. */
  readonly wallJumpMs?: number;
  readonly jumpAtMs?: number;
};

/** Runs in the thread before anything else. */
const SHIFT_SCRIPT = (shift: ClockShift) => {
  const { originMs = 0, originJumpMs = 0, nowMs = 0, nowJumpMs = 0, ppm = 0 } = shift;
  const { wallMs = 0, wallJumpMs = 0 } = shift;
  const origin = performance.timeOrigin;
  const now = performance.now.bind(performance);
  const wall = Date.now.bind(Date);
  const hasJumped = () => now() > (shift.jumpAtMs ?? Number.POSITIVE_INFINITY);
  Object.defineProperty(performance, 'timeOrigin', {
    get: () => origin + originMs + (hasJumped() ? originJumpMs : 0),
  });
  if (nowMs !== 0 || nowJumpMs !== 0 || ppm !== 0) {
    performance.now = () => now() * (1 + ppm * 1e-6) + nowMs + (hasJumped() ? nowJumpMs : 0);
  }
  if (wallMs !== 0 || wallJumpMs !== 0) {
    Date.now = () => wall() + wallMs + (hasJumped() ? wallJumpMs : 0);
  }
};

/**
 * Changes the clocks of every page of the context: of its window, and of each of our Workers (their scripts are called
 * `…-worker-….js`).
 */
export async function shiftClocks(
  context: BrowserContext,
  window: ClockShift,
  workers: ClockShift,
): Promise<void> {
  // A script that comes from a route counts for Chromium as one from a public address. Its Worker may not reach the
  // emulator on this machine (ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS) without this permission.
  await context.grantPermissions(['local-network-access']);
  await context.addInitScript(SHIFT_SCRIPT, window);
  await context.route(/-worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = `(${SHIFT_SCRIPT})(${JSON.stringify(workers)});\n${await response.text()}`;
    await route.fulfill({ status: response.status(), contentType: 'text/javascript', body });
  });
}
