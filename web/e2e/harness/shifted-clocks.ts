import type { BrowserContext } from '@playwright/test';

/** What is done to the clocks of one thread. All in milliseconds, before and from `jumpAtMs` of its life on. */
export type ClockShift = {
  /** Of `performance.timeOrigin`, as if the thread was made at another time. */
  readonly originMs?: number;
  /** `timeOrigin` by so much more after the jump. */
  readonly originJumpMs?: number;
  /** Of `performance.now()`. */
  readonly nowMs?: number;
  readonly nowJumpMs?: number;
  /** `performance.now()` runs so much too fast. */
  readonly ppm?: number;
  /** Of the wall clock, `Date.now()`. */
  readonly wallMs?: number;
  /** The wall clock is set by so much. */
  readonly wallJumpMs?: number;
  readonly jumpAtMs?: number;
};

/** Runs in the thread, before anything else does. */
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

/** For every page of the context: its window, and each Worker of ours (their scripts are called `…-worker-….js`). */
export async function shiftClocks(
  context: BrowserContext,
  window: ClockShift,
  workers: ClockShift,
): Promise<void> {
  // Chromium takes a script that a route gave for one from a public address, and such a Worker may not reach the
  // emulator on this machine (ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS) unless the person allows it.
  await context.grantPermissions(['local-network-access']);
  await context.addInitScript(SHIFT_SCRIPT, window);
  await context.route(/-worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const body = `(${SHIFT_SCRIPT})(${JSON.stringify(workers)});\n${await response.text()}`;
    await route.fulfill({ status: response.status(), contentType: 'text/javascript', body });
  });
}
