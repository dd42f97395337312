const kLongTaskWindowMs = 1_000;
const kLongTasksMax = 2;
/** How long the pace stays low after the last burst of long tasks. */
const kRecoverMs = 5_000;
const kFullMs = 0;
const kSlowMs = 1000 / 15;
const kSlowestMs = 1000 / 4;

/**
 * How often the seam may be drawn: on each frame, or 15 or 4 times a second. Two tasks over 50 ms within a second lower
 * the pace by a step; five quiet seconds raise it. Sound and the record are more important. Pure: callers pass `now`.
 */
export class FramePace {
  private longTasks: number[] = [];
  private intervals = [kFullMs, kSlowMs, kSlowestMs];
  private step = 0;
  private lastChangeMs = Number.NEGATIVE_INFINITY;
  private lastDrawMs = Number.NEGATIVE_INFINITY;

  longTask(nowMs: number): void {
    this.longTasks = [...this.longTasks.filter((at) => nowMs - at < kLongTaskWindowMs), nowMs];
    if (this.longTasks.length < kLongTasksMax) return;
    this.longTasks = [];
    this.step = Math.min(this.step + 1, this.intervals.length - 1);
    this.lastChangeMs = nowMs;
  }

  /** Whether to draw in this animation frame. */
  due(nowMs: number): boolean {
    if (this.step > 0 && nowMs - this.lastChangeMs > kRecoverMs) {
      this.step -= 1;
      this.lastChangeMs = nowMs;
    }
    const interval = this.intervals[this.step] ?? kSlowestMs;
    if (nowMs - this.lastDrawMs < interval) return false;
    this.lastDrawMs = nowMs;
    return true;
  }
}
