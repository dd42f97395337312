/**
 * A microphone that gives no sound: muted by the system (a switch on the device, another call), or
 * sending digital zeros. Not what the person muted here. Pure.
 */

export type MicrophoneTrouble = 'muted' | 'silent' | null;

/**
 * Exact zeros for so long are no quiet room: every converter makes some noise. Only a system that
 * takes noise away by itself does that between two sentences, and while somebody listens: so the
 * time in which the model speaks does not count.
 */
export const kZerosMs = 8_000;

export class MicrophoneWatch {
  #open = false;
  #mutedHere = false;
  #mutedBySystem = false;
  #zerosSince: number | null = null;

  /** A microphone is in use now, or none is. */
  device(track: { readonly muted: boolean } | null): void {
    this.#open = track !== null;
    this.#mutedBySystem = track?.muted ?? false;
    this.#zerosSince = null;
  }
  /** The person's own mute. */
  mutedHere(on: boolean): void {
    this.#mutedHere = on;
    this.#zerosSince = null;
  }
  mutedBySystem(on: boolean): void {
    this.#mutedBySystem = on;
    this.#zerosSince = null;
  }
  /** The peak of a twentieth of a second, 0 to 1. */
  level(peak: number, nowMs: number): void {
    if (peak > 0) this.#zerosSince = null;
    else this.#zerosSince ??= nowMs;
  }

  /** The model is heard just now. */
  modelSpeaks(): void {
    this.#zerosSince = null;
  }

  trouble(nowMs: number): MicrophoneTrouble {
    if (!this.#open || this.#mutedHere) return null;
    if (this.#mutedBySystem) return 'muted';
    return this.#zerosSince !== null && nowMs - this.#zerosSince >= kZerosMs ? 'silent' : null;
  }
}
