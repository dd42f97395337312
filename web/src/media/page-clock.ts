import { SteadyClock } from './steady-clock';

/** A Worker's question for the page clock. `askedMs` is sent back with the answer. */
export type ClockQuestion = { readonly askedMs: number };
export type ClockAnswer = { readonly askedMs: number; readonly pageUs: number };

/** The parts of a MessagePort that the answering end needs. */
export type ClockPort = {
  onmessage: ((message: MessageEvent<ClockQuestion>) => void) | null;
  postMessage(answer: ClockAnswer): void;
};

/**
 * The page clock of one live session (docs/formats/recording.md section 2): the window's `performance.now()` on an
 * epoch that is fixed once. `timeOrigin` is not used, since a page that was open while the computer slept has an old
 * one. Setting the wall clock during the session does not move the page clock, and it never goes back.
 */
export class PageClock {
  readonly #steady: SteadyClock;
  readonly #epochMs: number;

  /** `wallMs`: the device's wall clock now, ms since the Unix epoch. */
  constructor(performance: { now(): number }, wallMs: number) {
    this.#steady = new SteadyClock(() => performance.now());
    this.#epochMs = wallMs - this.#steady.now();
  }

  /** Integer microseconds since the Unix epoch, by the device's clock. */
  micros(): number {
    return this.#microsOf(this.#steady.now());
  }

  /** The page micros for a `performance.now()` reading of the window. */
  microsAt(nowMs: number): number {
    return this.#microsOf(this.#steady.at(nowMs));
  }

  /** The `performance.now()` reading of the window at these page micros. */
  nowMsAt(micros: number): number {
    return this.#steady.readingAt(micros / 1000 - this.#epochMs);
  }

  /** Answers the time to the Worker at the other end of the port, whenever it asks. */
  answer(port: ClockPort): void {
    port.onmessage = ({ data: { askedMs } }) => {
      port.postMessage({ askedMs, pageUs: this.micros() });
    };
  }

  #microsOf(ms: number): number {
    return Math.round((this.#epochMs + ms) * 1000);
  }
}
