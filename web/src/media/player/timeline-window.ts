/** The part of a recording that the lanes show, in milliseconds of media time. Pure. */
export type TimelineWindow = { readonly fromMs: number; readonly toMs: number };

export const kWindowMsMin = 2_000;
/** When the playhead reaches this part of the window, the view moves on by this part of its width. */
const kFollowAt = 0.9;
const kFollowBy = 0.8;

const clamp = (window: TimelineWindow, lengthMs: number): TimelineWindow => {
  const width = Math.min(lengthMs, Math.max(kWindowMsMin, window.toMs - window.fromMs));
  const fromMs = Math.max(0, Math.min(window.fromMs, lengthMs - width));
  return { fromMs, toMs: fromMs + width };
};

export const fitWindow = (lengthMs: number): TimelineWindow => ({ fromMs: 0, toMs: lengthMs });

/** Zooms by `factor` (2 = twice as close) around a moment, which keeps its place. */
export function zoomWindow(
  window: TimelineWindow,
  factor: number,
  aroundMs: number,
  lengthMs: number,
): TimelineWindow {
  const width = Math.min(lengthMs, Math.max(kWindowMsMin, (window.toMs - window.fromMs) / factor));
  const part = (aroundMs - window.fromMs) / (window.toMs - window.fromMs);
  const fromMs = aroundMs - part * width;
  return clamp({ fromMs, toMs: fromMs + width }, lengthMs);
}

export const panWindow = (window: TimelineWindow, byMs: number, lengthMs: number): TimelineWindow =>
  clamp({ fromMs: window.fromMs + byMs, toMs: window.toMs + byMs }, lengthMs);

/** Moves one end of the window to `ms`; the other stays. */
export function pullWindow(
  window: TimelineWindow,
  end: 'from' | 'to',
  ms: number,
  lengthMs: number,
): TimelineWindow {
  const narrowest = Math.min(kWindowMsMin, lengthMs);
  return end === 'from'
    ? { fromMs: Math.max(0, Math.min(ms, window.toMs - narrowest)), toMs: window.toMs }
    : { fromMs: window.fromMs, toMs: Math.min(lengthMs, Math.max(ms, window.fromMs + narrowest)) };
}

/**
 * Moves to the next page when the playhead reaches the right edge or was moved out of sight. Returns the same object
 * when nothing moves.
 */
export function followWindow(
  window: TimelineWindow,
  nowMs: number,
  lengthMs: number,
): TimelineWindow {
  const width = window.toMs - window.fromMs;
  if (width >= lengthMs) return window;
  const part = (nowMs - window.fromMs) / width;
  if (part >= 0 && part < kFollowAt) return window;
  if (part >= kFollowAt && part < 1) {
    const next = panWindow(window, width * kFollowBy, lengthMs);
    return next.fromMs === window.fromMs ? window : next;
  }
  const fromMs = nowMs - width * (1 - kFollowBy) * 0.5;
  return clamp({ fromMs, toMs: fromMs + width }, lengthMs);
}

/** Distances between ticks of the ruler. */
const kTickMs = [
  500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
];

/** Moments for the ruler, with at most one label per `minPx`. */
export function rulerTicks(window: TimelineWindow, widthPx: number, minPx = 84): number[] {
  const perPx = (window.toMs - window.fromMs) / Math.max(1, widthPx);
  const step = kTickMs.find((ms) => ms / perPx >= minPx) ?? 3_600_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(window.fromMs / step) * step; at <= window.toMs; at += step)
    ticks.push(at);
  return ticks;
}
