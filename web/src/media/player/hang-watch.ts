/** No sign of life of a film that should play for so long: it hangs. A slow line brings data; nothing at all is no line. */
export const kHangMs = 8_000;
/** How often to look. */
export const kLookMs = 1_000;

/** Notices a film that should play and stands still without an error. Pure. */
export class HangWatch {
  #placeMs = Number.NaN;
  #aliveAt = Number.NEGATIVE_INFINITY;

  /** Data came, or somebody chose another place. */
  alive(nowMs: number): void {
    this.#aliveAt = nowMs;
  }

  /** `shouldPlay`: it is meant to play, also while it waits. True: it hangs; then the time begins anew. */
  look(shouldPlay: boolean, placeMs: number, nowMs: number): boolean {
    const goesOn = placeMs !== this.#placeMs;
    this.#placeMs = placeMs;
    if (!shouldPlay || goesOn) this.#aliveAt = nowMs;
    if (nowMs - this.#aliveAt < kHangMs) return false;
    this.#aliveAt = nowMs;
    return true;
  }
}
