/**
 * A film hangs when it should play but shows no sign of life for this long. On a slow line some data would still come.
 */
export const kHangMs = 8_000;
/** How often to look. */
export const kLookMs = 1_000;

/** Notices a film that should play and stands still without an error. Pure. */
export class HangWatch {
  #placeMs = Number.NaN;
  #aliveAt = Number.NEGATIVE_INFINITY;

  /** Data came, or the person chose another place. */
  alive(nowMs: number): void {
    this.#aliveAt = nowMs;
  }

  /** `shouldPlay`: the film should play, even if it waits now. True: it hangs; then the time starts again. */
  look(shouldPlay: boolean, placeMs: number, nowMs: number): boolean {
    const goesOn = placeMs !== this.#placeMs;
    this.#placeMs = placeMs;
    if (!shouldPlay || goesOn) this.#aliveAt = nowMs;
    if (nowMs - this.#aliveAt < kHangMs) return false;
    this.#aliveAt = nowMs;
    return true;
  }
}
