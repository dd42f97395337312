/** The page clock inside of a Worker: it asks the window when it is connected, and then every second. */
import { ClockEstimate, type ClockPair } from './clock-estimate';
import type { ClockAnswer, ClockQuestion } from './page-clock';
import type { JsonEntry } from './protocol';

/** A clock that jumps is noticed within this time. */
export const kAskEveryMs = 1000;
/** Questions at the beginning, one after another. The answer that comes fastest is the most exact. */
export const kFirstQuestions = 8;

/** The parts of a MessagePort that the asking end needs. */
export type ClockPort = {
  onmessage: ((message: MessageEvent<ClockAnswer>) => void) | null;
  postMessage(question: ClockQuestion): void;
};

export type WorkerClockOptions = {
  /** This thread's own clock, ms. */
  readonly now: () => number;
  /** As `setInterval`; returns a function that ends it. */
  readonly every: (ms: number, then: () => void) => () => void;
  /** Gets the exchanges after the first few, for the record. */
  readonly onPair: (pair: ClockPair) => void;
};

export class WorkerClock {
  readonly #options: WorkerClockOptions;
  readonly #estimate = new ClockEstimate();
  readonly #ready = Promise.withResolvers<void>();
  #port: ClockPort | null = null;
  #answers = 0;
  #stop = (): void => {};

  constructor(options: WorkerClockOptions) {
    this.#options = options;
  }

  /** Resolves with the first answer. Before that this thread does not know the time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  connect(port: ClockPort): void {
    this.#port = port;
    port.onmessage = ({ data }) => this.#answered(data);
    this.#stop = this.#options.every(kAskEveryMs, () => this.#ask());
    this.#ask();
  }

  /** Page clock, integer µs. Call it only after `ready`. */
  micros(): number {
    return this.#estimate.micros(this.#options.now());
  }

  /** Asks and reports no more; the clock continues from what is known. */
  close(): void {
    this.#stop();
    if (this.#port) this.#port.onmessage = null;
  }

  #ask(): void {
    this.#port?.postMessage({ askedMs: this.#options.now() });
  }

  #answered({ askedMs, pageUs }: ClockAnswer): void {
    const pair = { askedMs, pageUs, answeredMs: this.#options.now() };
    // This thread's clock went back meanwhile, so the pair is worthless.
    if (pair.answeredMs < askedMs) {
      this.#ask();
      return;
    }
    this.#estimate.add(pair);
    this.#answers += 1;
    if (this.#answers < kFirstQuestions) this.#ask();
    else this.#options.onPair(pair);
    this.#ready.resolve();
  }
}

/** The pair as a row of `/clock`. From it, readings of the thread's own clock can be converted later. */
export const threadRow = (
  thread: 'live' | 'video',
  { askedMs, pageUs, answeredMs }: ClockPair,
  logTimeUs: number,
): JsonEntry => ({
  topic: '/clock',
  logTimeUs,
  data: {
    kind: 'thread',
    thread,
    thread_us: Math.round((askedMs + answeredMs) * 500),
    page_us: pageUs,
    round_trip_us: Math.round((answeredMs - askedMs) * 1000),
  },
});
