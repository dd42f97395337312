/**
 * Notices a microphone without sound: the system mutes it (a switch on the device, another call), or it sends digital
 * zeros. The person's own mute here does not count. Pure.
 */

export type MicrophoneTrouble = 'muted' | 'silent' | null;

/**
 * After this much exact zeros the microphone counts as silent. A quiet room is not exactly zero, since every converter
 * adds noise. Only a system that removes noise gives zeros, between two sentences and while the person listens; so the
 * time in which the model speaks does not count.
 */
export const kZerosMs = 8_000;

export class MicrophoneWatch {
  #open = false;
  #mutedHere = false;
  #mutedBySystem = false;
  #zerosSince: number | null = null;

  /** This microphone is in use from now on; null: no microphone is. */
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

  /** The model is being heard now. */
  modelSpeaks(): void {
    this.#zerosSince = null;
  }

  trouble(nowMs: number): MicrophoneTrouble {
    if (!this.#open || this.#mutedHere) return null;
    if (this.#mutedBySystem) return 'muted';
    return this.#zerosSince !== null && nowMs - this.#zerosSince >= kZerosMs ? 'silent' : null;
  }
}
